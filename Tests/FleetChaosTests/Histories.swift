import FleetChaos
import GatewayLab
import WMGFramework

/// Hand-made histories of three gateways and two VNIs: g1 carries VNI 0, g2 carries VNI 1, unless told otherwise.
struct Story {
  static let timing = FleetTiming(interval: .milliseconds(500), overlap: .milliseconds(200))
  var history: FleetHistory
  var runs: [FaultRun] = []
  var timing = Story.timing

  init() {
    history = FleetHistory(
      start: at(0), end: at(30_000), initial: [[true, false], [false, true], [false, false]])
  }

  /// A gateway's interface of a VNI comes up and is announced, or goes down.
  mutating func change(_ gateway: Int, _ vni: Int, up: Bool, _ milliseconds: Int, announced: Bool = true) {
    history.transitions.append(
      OwnershipTransition(gateway: gateway, vni: vni, isUp: up, at: at(milliseconds)))
    if up, announced {
      history.announcements.append(.init(gateway: gateway, vni: vni, at: at(milliseconds + 5)))
    }
  }

  mutating func fault(_ fault: Fault, _ began: Int, _ undone: Int, _ ended: Int? = nil) {
    runs.append(FaultRun(fault, began: at(began), undone: at(undone), ended: at(ended ?? undone)))
  }

  func judgement(expected: [Int]? = nil, calmFrom: Int? = nil) -> Judgement {
    let guarantees = Guarantees(timing: timing, gatewayCount: 3, isLight: false)
    return Judgement(
      history, effects: runs.enumerated().flatMap { guarantees.effects(of: $1, number: $0) }, timing: timing,
      calmFrom: calmFrom.map(at), expected: expected)
  }

  var broken: Set<Violation.Guarantee> { Set(judgement().violations.map(\.guarantee)) }
}

/// Milliseconds as an instant.
func at(_ milliseconds: Int) -> MonotonicInstant {
  MonotonicInstant(nanoseconds: Int64(milliseconds) * 1_000_000)
}
