import LinuxNetworking
import Logging
import NamespaceFixture
import Testing
import WMGFramework

@testable import FRRHook
@testable import WMGRuntime

/// The effector on its own thread, as in the daemon.
@Suite struct CoalescingTests {
  @Test(
    "Nobody waits for a call that runs, calls wait for one another, and what was taken and given back needs none"
  )
  func whileACallRuns() throws {
    let frr = try FakeFRR()
    let plugin = FRRHookPlugin()
    let options = [
      "vtysh": frr.path, "vty-socket": frr.folder, "profile": "ospf-cost", "confirm": "off",
      "propagation": "0",
    ]
    let counters = Counters()
    let loop = try EpollLoop()
    let core = Mailbox(waker: loop.waker) { CoreInbox(effectorCount: 1) }
    let thread = try EffectorThread(
      plugin, PluginOptionValues(decoding: options.map { ($0.key, $0.value) }, for: plugin),
      GatewayConfiguration(uid: try #require(GatewayID(rawValue: 7)), vnis: VNISet(vni(1)...vni(9))),
      place: 0,
      logger: Logger(label: "frr") { _ in SwiftLogNoOpLogHandler() }, counters: counters, core: core)
    defer { thread.stop() }
    thread.carryOut(.prepare(epoch: 1))
    #expect(eventually { frr.input.count == 18 })

    // A second call beside the first would fail.
    try frr.become("mkdir \(frr.folder)/lock || exit 9; sleep 1; rmdir \(frr.folder)/lock")
    frr.forget()
    thread.carryOut(.takeOver([vni(1)], epoch: 2))
    #expect(eventually { frr.calls.count == 1 })
    thread.carryOut(.takeOver([vni(2), vni(3), vni(4)], epoch: 3))
    thread.carryOut(.release([vni(3)], to: [nil], epoch: 4))
    thread.carryOut(.takeOver([vni(5)], epoch: 5))
    thread.carryOut(.release([vni(1), vni(5)], to: [nil, nil], epoch: 6))
    thread.carryOut(.takeOver([vni(1)], epoch: 7))
    #expect(frr.calls.count == 1)
    #expect(eventually { counters["vtysh-calls"] == 3 })
    #expect(!eventually(within: .milliseconds(300)) { counters["vtysh-calls"] != 3 })
    #expect(counters["vtysh-failures"] == 0)
    let costs = [1, 2, 4].flatMap { ["interface vrrp4-\($0)", " ip ospf cost 100"] }
    #expect(frr.input == costs)
  }
}
