package import GatewayLab
import LinuxNetworking
import WMGFramework

/// A script, played and judged step by step.
package final class ChaosRun {
  private let stage: FleetStage
  private let player: StepPlayer
  private let script: ChaosScript
  private let seed: UInt64
  private let say: (String) -> Void
  private let began = BootTimeClock.now
  package private(set) var tally = ChaosTally()

  /// - Parameter say: takes every line of the report.
  package init(
    _ script: ChaosScript, seed: UInt64, on stage: FleetStage, interruption: Interruption,
    say: @escaping (String) -> Void
  ) {
    self.stage = stage
    player = StepPlayer(stage: stage, interruption: interruption)
    self.script = script
    self.seed = seed
    self.say = say
  }

  /// - Throws: `LabError`, or `Interruption.Signal`.
  package func play(running: Int) throws {
    try startFleet(running)
    for step in script.steps { try play(step) }
    say("")
    for line in tally.table { say(line) }
    for line in try stage.burdensFelt() { say(line) }
  }

  /// Starts the first gateways and waits for one owner each.
  package func startFleet(_ running: Int) throws {
    let timing = stage.options.timing
    say("\(time) \(running) gateways start")
    for gateway in 0..<running { try stage.startDaemon(gateway) }
    guard stage.observer.waitForOneOwnerEach(patience: timing.detection + .seconds(10)) != nil else {
      throw LabError("the fleet does not come to one owner each", exitCode: 1)
    }
    try player.wait(until: BootTimeClock.now + timing.interval * 2 + .seconds(1))
    _ = try stage.takeHistory()
  }

  package func play(_ step: ChaosStep) throws {
    say("\(time) \(step.number). \(step.faults.isEmpty ? "nothing" : step.description)")
    let runs = try player.play(step)
    let timing = stage.options.timing
    let lastEnd = runs.map(\.ended).max() ?? BootTimeClock.now
    // What a takeover takes on this machine may change while it is waited for.
    var end = lastEnd
    var convergence: Duration {
      stage.weather.soFar.delaying(timing, vnis: stage.options.vnis).convergence
    }
    repeat {
      end = lastEnd + convergence + .milliseconds(400)
      try player.wait(until: end)
    } while end < lastEnd + convergence
    let seen = try stage.takeHistory()
    let overruns = try judgeOverruns(of: runs)
    judge(step, runs, seen.history, seen.weather, seen.deaths + overruns)
  }

  /// A daemon whose netlink sockets have overrun must have read everything anew.
  private func judgeOverruns(of runs: [FaultRun]) throws -> [Violation] {
    try runs.compactMap { run in
      guard var overrun = run.overrun else { return nil }
      overrun.noticedAfter = try stage.overrunsNoticed(by: overrun.gateway)
      tally.add(overrun)
      say("          \(overrun)")
      guard overrun.isMissed else { return nil }
      return Violation(
        .overrunNoticed, gateways: [overrun.gateway], at: run.ended, note: overrun.description)
    }
  }

  private func judge(
    _ step: ChaosStep, _ runs: [FaultRun], _ history: FleetHistory, _ weather: MachineWeather.Reading,
    _ deaths: [Violation]
  ) {
    let timing = weather.delaying(stage.options.timing, vnis: history.mostChanged)
    let guarantees = Guarantees(
      timing: timing, gatewayCount: stage.options.gateways, isLight: stage.options.topology == .light)
    let lastEnd = runs.map(\.ended).max() ?? history.start
    let judgement = Judgement(
      history, effects: runs.enumerated().flatMap { guarantees.effects(of: $1, number: $0) }, timing: timing,
      calmFrom: lastEnd + timing.convergence, expected: stage.expectedOwners)
    let violations = judgement.violations + deaths
    tally.add(step, judgement, weather, violations: violations.count)
    let unowned = judgement.exceptions.filter(\.owners.isEmpty).map(\.duration).max()
    let shared = judgement.exceptions.filter { !$0.owners.isEmpty }.map(\.duration).max()
    say(
      "          moved \(judgement.moved), longest without owner \(unowned.map(seconds) ?? "-"), with two "
        + "\(shared.map(seconds) ?? "-"); machine late \(seconds(weather.processor)), lock "
        + "\(seconds(weather.lock.longest)), a turn \(seconds(weather.turns.worst)), seen within \(seconds(history.resolution))"
    )
    report(violations, step, runs)
  }

  private func report(_ violations: [Violation], _ step: ChaosStep, _ runs: [FaultRun]) {
    guard !violations.isEmpty, let first = runs.map(\.began).min() else { return }
    for (guarantee, broken) in Dictionary(grouping: violations, by: \.guarantee).sorted(by: {
      $0.key.rawValue < $1.key.rawValue
    }) {
      say("VIOLATION seed \(seed), step \(step.number): \(guarantee.rawValue); \(broken.count) times")
      for violation in broken.sorted(by: { $0.measured ?? .zero > $1.measured ?? .zero }).prefix(5) {
        let vni = violation.vni.map { "VNI \(stage.network.plan.vnis[$0]), " } ?? ""
        let who = violation.gateways.map { "g\($0 + 1)" }.joined(separator: ", ")
        let measured = violation.measured.map { ", measured \(seconds($0))" } ?? ""
        let bound = violation.bound.map { ", bound \(seconds($0))" } ?? ""
        say("  \(vni)\(who) at \(seconds(violation.at - first))\(measured)\(bound): \(violation.note)")
      }
    }
    for run in runs {
      say(
        "  \(run.fault): begun at \(seconds(run.began - first)), undone at \(seconds(run.undone - first)), "
          + "over at \(seconds(run.ended - first))")
    }
    for gateway in stage.network.gateways {
      say("  last lines of \(gateway.name):")
      for line in stage.lastLines(of: gateway.index) { say("    \(line)") }
    }
  }

  private var time: String {
    let text = seconds(BootTimeClock.now - began)
    return String(repeating: " ", count: max(0, 9 - text.count)) + text
  }
}
