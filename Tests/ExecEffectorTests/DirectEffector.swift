import LinuxNetworking
import Logging
import WMGFramework

@testable import ExecEffector

/// An effector called on the test's own thread, whose loop turns when the test says so.
final class DirectEffector {
  let effector: any Effector
  let counters = Counters()
  let loop: EpollLoop
  private let told = Told()

  private final class Told {
    var outcomes: [VNI: EffectorOutcome] = [:]
    var reports = 0
  }

  init(_ command: TestCommand, _ options: [String: String] = [:], uid: UInt64 = 7, vnis: String = "1-100")
    throws
  {
    let plugin = ExecEffectorPlugin()
    var texts = options.map { (name: $0.key, text: $0.value) }
    texts.append(("command", command.path))
    let values = try PluginOptionValues(decoding: texts, for: plugin)
    let told = told
    loop = try EpollLoop()
    let context = EffectorContext(
      configuration: GatewayConfiguration(uid: GatewayID(rawValue: uid)!, vnis: try VNISet(parsing: vnis)),
      loop: loop, logger: Logger(label: "exec") { _ in SwiftLogNoOpLogHandler() }, counters: counters,
      report: { outcomes in
        for (vni, outcome) in outcomes { told.outcomes[vni] = outcome }
        told.reports += outcomes.isEmpty ? 0 : 1
      },
      drift: { _ in })
    effector = try plugin.makeEffector(values, context: context)
  }

  /// Prepares everything, and waits for that.
  func prepared() throws -> DirectEffector {
    try effector.prepare(context)
    _ = turns { self.vnis(.standby).count == self.context.count }
    return self
  }

  private var context: VNISet { (try? VNISet(parsing: "1-100")) ?? VNISet() }

  /// The VNIs last reported so.
  func vnis(_ outcome: EffectorOutcome) -> VNISet {
    VNISet(told.outcomes.filter { $0.value == outcome }.map(\.key))
  }

  func reason(_ vni: VNI) -> String? {
    if case .failed(let reason)? = told.outcomes[vni] { reason } else { nil }
  }

  func takeOver(_ vnis: String) throws { effector.takeOver(Array(try VNISet(parsing: vnis))) }

  func release(_ vnis: String, to owner: UInt64? = nil) throws {
    let vnis = Array(try VNISet(parsing: vnis))
    effector.release(vnis, to: vnis.map { _ in owner.flatMap(GatewayID.init(rawValue:)) })
  }

  /// Lets the loop turn until `condition` holds, at most for `limit`; returns whether it does.
  func turns(within limit: Duration = .seconds(10), until condition: @escaping () -> Bool) -> Bool {
    let deadline = loop.now + limit
    let loop = loop
    func look() {
      if condition() || loop.now >= deadline {
        loop.stop()
      } else {
        loop.schedule(at: loop.now + .milliseconds(5), look)
      }
    }
    loop.schedule(at: loop.now, look)
    loop.run()
    return condition()
  }
}
