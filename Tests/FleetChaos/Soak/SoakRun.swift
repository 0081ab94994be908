package import GatewayLab
import LinuxNetworking
import WMGFramework

/// A fleet with few faults for a long time: is anything lost with time, and does anything change without a cause?
package final class SoakRun {
  private let stage: FleetStage
  private let chaos: ChaosRun
  private let player: StepPlayer
  private let script: SoakScript
  private let length: Duration
  private let say: (String) -> Void

  package init(
    _ script: SoakScript, length: Duration, chaos: ChaosRun, on stage: FleetStage, interruption: Interruption,
    say: @escaping (String) -> Void
  ) {
    self.script = script
    self.length = length
    self.chaos = chaos
    self.stage = stage
    player = StepPlayer(stage: stage, interruption: interruption)
    self.say = say
  }

  /// - Returns: whether all is flat and no guarantee was broken.
  /// - Throws: `LabError`, or `Interruption.Signal` (the report so far has been made then).
  package func play() throws -> Bool {
    try chaos.startFleet(stage.options.gateways)
    let sampler = try ProcessSampler(stage.network)
    defer { sampler.stop() }
    do {
      try playAll(sampler)
    } catch let signal as Interruption.Signal {
      _ = report(sampler)
      throw signal
    }
    return report(sampler)
  }

  private func playAll(_ sampler: ProcessSampler) throws {
    let end = BootTimeClock.now + length
    for entry in script.entries {
      let next = min(BootTimeClock.now + entry.pause, end)
      while BootTimeClock.now < next {
        try player.wait(until: min(next, BootTimeClock.now + .seconds(10)))
        try askForStatus()
      }
      guard BootTimeClock.now < end else { break }
      try chaos.play(entry.step)
      if entry.step.number % 8 == 0 {
        for series in sampler.series where series.length > .seconds(180) { say("          \(series.line)") }
      }
    }
    // What has changed since the last step had no cause.
    try chaos.play(ChaosStep(number: script.entries.count + 1, faults: []))
  }

  private func askForStatus() throws {
    for gateway in stage.running { _ = try stage.status(of: gateway) }
  }

  private func report(_ sampler: ProcessSampler) -> Bool {
    say("")
    for line in chaos.tally.table { say(line) }
    for line in (try? stage.burdensFelt()) ?? [] { say(line) }
    say("")
    for series in sampler.series where series.length > .seconds(240) { say(series.line) }
    let faults = sampler.series.flatMap(\.faults)
    for fault in faults { say("VIOLATION \(fault)") }
    let isJudged = sampler.series.contains { $0.flatness(of: \.resident) != nil }
    if !isJudged { say("too short to judge memory: it takes 5 minutes at least") }
    return faults.isEmpty && chaos.tally.violations == 0
  }
}
