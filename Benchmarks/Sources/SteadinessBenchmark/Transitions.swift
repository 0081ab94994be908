import Figures
import GatewayLab
import WMGFramework

/// What changed in a fleet while nothing should have: by the daemons' own counters, and by the links.
struct Transitions: CustomStringConvertible {
  /// Takeovers, releases, changes of view and suspensions of all daemons.
  let counted: Int
  /// Times at which a VNI had no owner or more than one.
  let observed: Int

  var total: Int { counted + observed }
  var description: String { "\(counted) counted by the daemons, \(observed) observed" }

  static func count(
    in fleet: Fleet, over duration: Duration, _ experiment: Experiment
  ) throws -> Transitions {
    let before = try counters(fleet)
    fleet.observer.beginRecord()
    try experiment.pause(duration)
    let record = fleet.observer.record()
    return Transitions(
      counted: try counters(fleet) - before, observed: record.unowned.count + record.shared.count)
  }

  private static func counters(_ fleet: Fleet) throws -> Int {
    try fleet.network.gateways.reduce(0) { sum, gateway in
      let core = try fleet.status(of: gateway).counters["core"] ?? [:]
      return try ["takeovers", "releases", "view-changes", "suspensions"].reduce(sum) { sum, name in
        guard let value = core[name] else { throw LabError("the daemons' status has no counter \(name)") }
        return sum + value
      }
    }
  }
}
