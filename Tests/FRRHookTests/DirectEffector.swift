import Glibc
import LinuxNetworking
import Logging
import WMGFramework

@testable import FRRHook

/// An effector called on the test's own thread, whose loop turns when the test says so.
final class DirectEffector {
  let effector: FRREffector
  let counters = Counters()
  let loop: EpollLoop
  private let told = Told()

  private final class Told {
    var outcomes: [VNI: EffectorOutcome] = [:]
    var drifts: [VNI: String] = [:]
    var refreshed: [VNI] = []
    var answersDrift = false
  }

  init(_ options: [String: String], _ vnis: VNISet) throws {
    let plugin = FRRHookPlugin()
    let values = try PluginOptionValues(decoding: options.map { ($0.key, $0.value) }, for: plugin)
    let told = told
    loop = try EpollLoop()
    let context = EffectorContext(
      configuration: GatewayConfiguration(uid: GatewayID(rawValue: 7)!, vnis: vnis), loop: loop,
      logger: Logger(label: "frr") { _ in SwiftLogNoOpLogHandler() }, counters: counters,
      report: { for (vni, outcome) in $0 { told.outcomes[vni] = outcome } },
      drift: { for (vni, reason) in $0 { told.drifts[vni] = reason } },
      requestRefresh: { told.refreshed += $0 })
    effector = FRREffector(try plugin.settings(values), context)
    try effector.prepare(vnis)
  }

  var outcomes: [VNI: EffectorOutcome] { told.outcomes }
  var drifts: [VNI: String] { told.drifts }
  var refreshed: [VNI] { told.refreshed }
  func forgetDrifts() { told.drifts = [:] }

  func reason(_ vni: VNI) -> String? {
    if case .failed(let reason)? = outcomes[vni] { reason } else { nil }
  }

  /// Lets timers fire until `condition` holds, at most for `limit`; returns whether it does.
  func turns(within limit: Duration = .seconds(5), until condition: @escaping () -> Bool) -> Bool {
    let deadline = loop.now + limit
    let loop = loop
    func look() {
      if condition() || loop.now >= deadline {
        loop.stop()
      } else {
        loop.schedule(at: loop.now + .milliseconds(10), look)
      }
    }
    loop.schedule(at: loop.now, look)
    loop.run()
    return condition()
  }
}
