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

  /// Lets time pass.
  package func wait(until time: MonotonicInstant) throws {
    while true {
      let rest = time - BootTimeClock.now
      guard rest > .zero else { return }
      try interruption.pause(milliseconds: Int(min(rest, .milliseconds(200)).nanoseconds / 1_000_000) + 1)
    }
  }
}
