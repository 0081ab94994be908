import FleetSimulation
import Synchronization
import WMGFramework

/// What many seeds came to.
struct Survey: Sendable {
  var count = 0
  var events = 0
  var worldTime = Duration.zero
  var fleetTime = Duration.zero
  var refusals = 0
  var failures: [SimulationRun] = []
  var longestDouble: [Cause: Duration] = [:]
  var longestOwnerless: [Cause: Duration] = [:]
  var kinds: [FaultKind: Int] = [:]
  var mostRemembered = 0

  static let mostFailures = 20

  /// Runs seeds on several threads, each on its own world, until all are done, the time is over, or somebody says so.
  static func run(seeds: Range<UInt64>, until deadline: ContinuousClock.Instant?, threads: Int) async
    -> Survey
  {
    let next = Counter(seeds.lowerBound)
    return await withTaskGroup(of: Survey.self) { group in
      for _ in 0..<threads {
        group.addTask {
          var part = Survey()
          while !Interruption.hasCome, deadline.map({ ContinuousClock.now < $0 }) ?? true,
            part.failures.count < mostFailures
          {
            let seed = next.take()
            guard seed < seeds.upperBound else { break }
            part.add(SimulationRun(Scenario(seed: seed)))
          }
          return part
        }
      }
      var whole = Survey()
      for await part in group { whole.merge(part) }
      return whole
    }
  }

  private mutating func add(_ run: SimulationRun) {
    count += 1
    events += run.events
    worldTime = worldTime + run.worldTime
    fleetTime = fleetTime + run.fleetTime
    refusals += run.refusals
    if let violation = run.violation {
      failures.append(run)
      tell("seed \(run.scenario.seed): \(violation)")
    }
    for fault in run.scenario.faults { kinds[fault.kind, default: 0] += 1 }
    longestDouble.merge(run.longestDouble, uniquingKeysWith: max)
    longestOwnerless.merge(run.longestOwnerless, uniquingKeysWith: max)
    mostRemembered = max(mostRemembered, run.mostRemembered)
  }

  private mutating func merge(_ other: Survey) {
    count += other.count
    events += other.events
    worldTime = worldTime + other.worldTime
    fleetTime = fleetTime + other.fleetTime
    refusals += other.refusals
    failures += other.failures
    kinds.merge(other.kinds, uniquingKeysWith: +)
    longestDouble.merge(other.longestDouble, uniquingKeysWith: max)
    longestOwnerless.merge(other.longestOwnerless, uniquingKeysWith: max)
    mostRemembered = max(mostRemembered, other.mostRemembered)
  }

  /// What an operator of the simulation wants to know.
  func report(took: Duration, commit: String?) -> String {
    var lines: [String] = []
    for run in failures.sorted(by: { $0.scenario.seed < $1.scenario.seed }).prefix(3) {
      lines.append("")
      lines.append(run.scenario.summary)
      lines += run.lastEvents
      lines.append(
        "seed \(run.scenario.seed), commit \(commit ?? "unknown"): \(run.violation.map { "\($0)" } ?? "")")
      lines.append("show it again: make simulate SEED=\(run.scenario.seed)")
    }
    lines.append("")
    lines.append("longest two owners, by cause, of:")
    lines += Self.table(longestDouble)
    lines.append("longest without an owner, by cause, of:")
    lines += Self.table(longestOwnerless)
    let drawn = FaultKind.allCases.map { "\($0.rawValue) \(kinds[$0] ?? 0)" }.joined(separator: ", ")
    lines.append("faults drawn: \(drawn)")
    lines.append("most that a core remembered: \(mostRemembered) entries")
    lines.append("packets that were no advertisements, and refused: \(refusals)")
    let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
    lines.append(
      "\(count) seeds, \(events) events, \(hours(worldTime)) fleet-hours (\(hours(fleetTime)) gateway-hours) simulated in \(Int(seconds)) s: "
        + (failures.isEmpty ? "every guarantee held" : "\(failures.count) FAILED"))
    return lines.joined(separator: "\n")
  }

  private func hours(_ time: Duration) -> Int64 { time.components.seconds / 3600 }

  private static func table(_ longest: [Cause: Duration]) -> [String] {
    longest.sorted { $0.key.rawValue < $1.key.rawValue }.map { cause, duration in
      let milliseconds =
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
      return "  \(cause.rawValue): \(milliseconds) ms (\(cause.formula))"
    }
  }
}

/// Hands out seeds to several threads.
final class Counter: Sendable {
  private let next: Atomic<UInt64>

  init(_ first: UInt64) { next = Atomic(first) }

  func take() -> UInt64 { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
