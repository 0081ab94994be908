import Glibc
import LinuxNetworking
import Logging
import WMGFramework

@testable import MacvlanProtodown

/// An effector called on the test's own thread, so that something can happen between two of its steps.
final class DirectEffector {
  let effector: MacvlanEffector
  let counters: Counters
  let loop: EpollLoop
  private let told: Told

  private final class Told {
    var outcomes: [VNI: EffectorOutcome] = [:]
    var drifts: [VNI] = []
    var onReport: (() -> Void)?
  }

  /// What was reported last of each VNI.
  var outcomes: [VNI: EffectorOutcome] { told.outcomes }
  /// All VNIs that have drifted.
  var drifts: [VNI] { told.drifts }
  /// Called once, at the next report.
  var onReport: (() -> Void)? {
    get { told.onReport }
    set { told.onReport = newValue }
  }

  init(_ vnis: VNISet, batch: Int) throws {
    let told = Told()
    let counters = Counters()
    self.told = told
    loop = try EpollLoop()
    self.counters = counters
    let context = EffectorContext(
      configuration: GatewayConfiguration(uid: GatewayID(rawValue: 1)!, vnis: vnis), loop: loop,
      logger: Logger(label: "macvlan"), counters: counters,
      report: { outcomes in
        for (vni, outcome) in outcomes { told.outcomes[vni] = outcome }
        let action = told.onReport
        told.onReport = nil
        action?()
      },
      drift: { told.drifts += $0.map(\.vni) })
    effector = MacvlanEffector(
      MacvlanEffector.Settings(
        pattern: InterfaceNamePattern("vrrp4-%d")!, batch: batch, patience: .seconds(5), secondLook: .zero),
      context)
  }
}
