import WMGFramework

/// What a run came to: how often each thing was done, and the longest times without an owner and with two.
package struct ChaosTally: Sendable {
  private struct Line {
    var times = 0
    var moved = 0
    var unowned = Duration.zero
    var shared = Duration.zero
  }

  private var lines: [String: Line] = [:]
  private var overruns: [NetlinkOverrun] = []
  private var worst = (processor: Duration.zero, lock: Duration.zero)
  private var resolution = Duration.zero
  package private(set) var violations = 0
  package private(set) var steps = 0
  /// Steps in which the machine itself was late by more than an interval.
  private var lateSteps = 0

  package init() {}

  package mutating func add(
    _ step: ChaosStep, _ judgement: Judgement, _ weather: MachineWeather.Reading, violations: Int
  ) {
    steps += 1
    if weather.processor + weather.lock.longest > judgement.timing.interval { lateSteps += 1 }
    self.violations += violations
    for planned in step.faults { lines[planned.fault.cause, default: Line()].times += 1 }
    if let main = step.faults.first { lines[main.fault.cause, default: Line()].moved += judgement.moved }
    for exception in judgement.exceptions {
      let cause = exception.cause ?? "not excused"
      if exception.owners.isEmpty {
        lines[cause, default: Line()].unowned = max(lines[cause]?.unowned ?? .zero, exception.duration)
      } else {
        lines[cause, default: Line()].shared = max(lines[cause]?.shared ?? .zero, exception.duration)
      }
    }
    worst.processor = max(worst.processor, weather.processor)
    worst.lock = max(worst.lock, weather.lock.longest)
    resolution = max(resolution, judgement.history.resolution)
  }

  package mutating func add(_ overrun: NetlinkOverrun) { overruns.append(overrun) }

  /// How many netlink overruns were tried, came about and were noticed.
  private var overrunLine: [String] {
    guard !overruns.isEmpty else { return [] }
    let real = overruns.compactMap(\.lost)
    return [
      "\(overruns.count) pauses in a link storm: \(real.count) netlink overruns, \(real.reduce(0, +)) messages lost, "
        + "\(overruns.count { $0.lost != nil && $0.isNoticed }) noticed"
    ]
  }

  package var table: [String] {
    let header =
      "cause".padded(32) + "times".padded(8) + "moved".padded(8) + "without owner".padded(16)
      + "two owners"
    return [header]
      + lines.sorted { $0.key < $1.key }.map { cause, line in
        cause.padded(32) + "\(line.times)".padded(8) + "\(line.moved)".padded(8)
          + figure(line.unowned).padded(16) + figure(line.shared)
      } + [
        "\(steps) steps, \(violations) violations; the observer saw everything within \(seconds(resolution)); "
          + "the machine was late by up to \(seconds(worst.processor)), its interface lock held for up to "
          + "\(seconds(worst.lock))"
      ]
      + (lateSteps > 0
        ? ["in \(lateSteps) steps the machine was late by more than I; the bounds were that much longer"]
        : []) + overrunLine
  }

  private func figure(_ duration: Duration) -> String { duration == .zero ? "-" : seconds(duration) }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
