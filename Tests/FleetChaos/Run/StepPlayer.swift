package import GatewayLab
import LinuxNetworking
package import WMGFramework

/// Does the faults of a step at their times.
package struct StepPlayer {
  private enum Moment {
    case begin, end
  }

  let stage: FleetStage
  let interruption: Interruption

  package init(stage: FleetStage, interruption: Interruption) {
    self.stage = stage
    self.interruption = interruption
  }

  /// Plays a step up to its last end.
  ///
  /// - Throws: `LabError`, or `Interruption.Signal`.
  package func play(_ step: ChaosStep) throws -> [FaultRun] {
    var moments: [(at: Duration, fault: Int, moment: Moment)] = []
    for (number, planned) in step.faults.enumerated() {
      moments.append((planned.offset, number, .begin))
      // It ends as soon as it has come about.
      if case .overrun = planned.fault { continue }
      moments.append((planned.offset + planned.length, number, .end))
    }
    // What begins first ends first, where they end together.
    moments.sort {
      ($0.at, $0.moment == .begin ? 0 : 1, $0.fault) < ($1.at, $1.moment == .begin ? 0 : 1, $1.fault)
    }
    let start = BootTimeClock.now
    var runs: [Int: FaultRun] = [:]
    for (time, number, moment) in moments {
      try wait(until: start + time)
      let planned = step.faults[number]
      let now = BootTimeClock.now
      switch moment {
      case .begin:
        if case .overrun(let gateway, let vnis, let on) = planned.fault {
          runs[number] = try overrun(gateway, vnis, on, planned, number)
          continue
        }
        runs[number] = FaultRun(planned.fault, began: now, undone: now, ended: now)
        try stage.begin(planned, number: number)
      case .end:
        guard var run = runs[number] else { continue }
        run.undone = try stage.end(planned, number: number, began: run.began)
        run.ended = BootTimeClock.now
        runs[number] = run
      }
    }
    return step.faults.indices.compactMap { runs[$0] }
  }

  /// Stops a daemon until its netlink sockets have overrun, or its patience is over; what is set then, it is not told of.
  private func overrun(
    _ gateway: Int, _ vnis: [Int], _ on: Bool, _ planned: PlannedFault, _ number: Int
  ) throws -> FaultRun {
    var overrun = NetlinkOverrun(gateway: gateway, noticedBefore: try stage.overrunsNoticed(by: gateway))
    let before = stage.netlinkQueues(of: gateway)
    let began = BootTimeClock.now
    var run = FaultRun(planned.fault, began: began, undone: began, ended: began)
    try stage.begin(planned, number: number)
    // What may be noticed is to be: its guard has acted then, and its peers have taken over.
    let detection = stage.options.timing.detection
    let least = planned.length > detection ? detection + .milliseconds(500) : .zero
    var elapsed = Duration.zero
    repeat {
      try interruption.pause(milliseconds: 10)
      overrun.lost = stage.netlinkQueues(of: gateway).overrun(since: before)
      elapsed = BootTimeClock.now - began
    } while (overrun.lost == nil || elapsed < least) && elapsed < planned.length
    run.drifted = BootTimeClock.now
    try stage.setProtodown(on, places: vnis, at: gateway)
    overrun.lost = stage.netlinkQueues(of: gateway).overrun(since: before)
    run.undone = try stage.end(planned, number: number, began: began)
    run.ended = BootTimeClock.now
    run.overrun = overrun
    return run
  }

  /// Lets time pass.
  package func wait(until time: MonotonicInstant) throws {
    while true {
      let rest = time - BootTimeClock.now
      guard rest > .zero else { return }
      try interruption.pause(milliseconds: Int(min(rest, .milliseconds(200)).nanoseconds / 1_000_000) + 1)
    }
  }
}
