import Glibc
import GratuitousARP
import LinuxNetworking
import MacvlanProtodown
import NamespaceFixture
import Testing
import WMGFramework

@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"), .serialized)
struct GratuitousARPEffectorTests {
  let hundred = VNISet(vni(1)...vni(100))
  let five = vni(5)

  func options(_ settings: (String, String)...) throws -> PluginOptionValues {
    try PluginOptionValues(
      decoding: settings.map { (name: $0.0, text: $0.1) }, for: GratuitousARPPlugin())
  }

  func start(_ fixture: MacvlanFixture, _ options: PluginOptionValues) throws -> EffectorHarness {
    let harness = try EffectorHarness(
      GratuitousARPPlugin(), options, in: fixture.gateway.namespace, vnis: fixture.vnis)
    harness.prepare(fixture.vnis)
    #expect(harness.reaches(.standby, fixture.vnis))
    return harness
  }

  @Test("behind macvlan: of 100 VNIs taken over every first announcement is heard on the other side")
  func losesNoFirstAnnouncement() throws {
    let fixture = try MacvlanFixture(hundred)
    let garp = try start(fixture, options(("count", "1"), ("interval", "0")))
    defer { garp.stop() }
    let macvlan = try EffectorHarness(
      MacvlanProtodownPlugin(), in: fixture.gateway.namespace, vnis: hundred)
    defer { macvlan.stop() }
    macvlan.chain(to: garp)
    macvlan.prepare(hundred)
    #expect(macvlan.reaches(.standby, hundred))
    let capture = try ARPCapture(in: fixture.outside.namespace)
    defer { capture.stop() }

    macvlan.takeOver(hundred)
    #expect(garp.reaches(.active, hundred))
    #expect(eventually { capture.heard.count >= 200 })
    let requests = capture.heard.prefix(100)
    #expect(
      requests.allSatisfy { $0.frame.operation == .request }, "every VNI's first announcement comes first")
    let heard = capture.heard.map(\.frame)
    for vni in hundred {
      for operation in [ARPFrame.Operation.request, .reply] {
        let expected = ARPFrame.announcement(
          of: MacvlanFixture.address(of: vni), at: MacvlanFixture.mac(of: vni), as: operation)
        #expect(heard.filter { $0 == expected }.count == 1)
      }
    }
    #expect(heard.count == 200)
    #expect(garp.counters["announcements-sent"] == 200)
    #expect(garp.counters["announcements-failed"] == 0)
  }

  @Test("a takeover is announced `count` times, `spacing` apart, then every `interval`")
  func repeatsAndRefreshes() throws {
    let fixture = try MacvlanFixture(VNISet(five...five))
    let capture = try ARPCapture(in: fixture.outside.namespace)
    defer { capture.stop() }
    let garp = try start(
      fixture, options(("count", "3"), ("spacing", "100ms"), ("interval", "1s"), ("operation", "request")))
    defer { garp.stop() }
    garp.takeOver([five])
    #expect(eventually { capture.heard.count >= 4 })
    let times = capture.heard.map(\.at)
    #expect((.milliseconds(90)...(.milliseconds(800))).contains(times[1] - times[0]))
    #expect((.milliseconds(90)...(.milliseconds(800))).contains(times[2] - times[1]))
    #expect((.milliseconds(890)...(.milliseconds(1800))).contains(times[3] - times[2]))
    #expect(capture.heard.allSatisfy { $0.frame.operation == .request })

    garp.release([five])
    #expect(garp.reaches(.standby, [five]))
    capture.clear()
    usleep(1_300_000)
    #expect(capture.heard.isEmpty, "what was released is not announced")
  }

  @Test("without an address a takeover fails; the address is announced when it comes, and so is a second one")
  func announcesNewAddresses() throws {
    let fixture = try MacvlanFixture(VNISet(five...five))
    try fixture.gateway.ip("address del 10.0.5.1/24 dev vrrp4-5")
    let capture = try ARPCapture(in: fixture.outside.namespace)
    defer { capture.stop() }
    let garp = try start(
      fixture, options(("count", "1"), ("interval", "0"), ("operation", "reply")))
    defer { garp.stop() }
    garp.takeOver([five])
    #expect(garp.failure(five)?.contains("vrrp4-5 has no IPv4 address") == true)
    try fixture.gateway.ip("address add 10.0.5.1/24 dev vrrp4-5")
    #expect(garp.reaches(.active, [five]))
    #expect(eventually { capture.heard.map(\.frame.sender.description) == ["10.0.5.1"] })
    try fixture.gateway.ip("address add 10.0.5.2/24 dev vrrp4-5")
    #expect(eventually { capture.heard.map(\.frame.sender.description).contains("10.0.5.2") })
  }

  @Test("an owner whose interface went down is not announced, and is again when it is back")
  func keepsQuietWhileDown() throws {
    let fixture = try MacvlanFixture(VNISet(five...five))
    let garp = try start(fixture, options(("count", "100"), ("spacing", "20ms")))
    defer { garp.stop() }
    garp.takeOver([five])
    #expect(garp.reaches(.active, [five]))
    try fixture.gateway.ip("link set vrrp4-5 protodown on")
    usleep(50_000)
    let sent = garp.counters["announcements-sent"]
    usleep(200_000)
    #expect(garp.counters["announcements-sent"] == sent)
    #expect(garp.counters["announcements-failed"] == 0)
    try fixture.gateway.ip("link set vrrp4-5 protodown off")
    #expect(eventually { garp.counters["announcements-sent"] > sent })
  }

  @Test("one missing interface does not keep the others from being announced, and fails until it is there")
  func missingInterfaceFailsAlone() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(10)))
    try fixture.gateway.ip("link del vrrp4-5")
    let garp = try start(fixture, options())
    defer { garp.stop() }
    garp.takeOver(fixture.vnis)
    #expect(garp.reaches(.active, fixture.vnis.filter { $0 != five }))
    #expect(garp.failure(five)?.contains("vrrp4-5 is missing") == true)
    try fixture.gateway.ip(MacvlanFixture.creation(of: five))
    #expect(garp.reaches(.active, [five]))
  }

  @Test("a refresh of 100 VNIs is paced, and the newest ownership goes first")
  func refreshIsPaced() throws {
    let fixture = try MacvlanFixture(hundred)
    let garp = try start(
      fixture, options(("count", "1"), ("interval", "0"), ("operation", "request"), ("rate", "200")))
    defer { garp.stop() }
    for vni in hundred { garp.takeOver([vni]) }
    #expect(garp.reaches(.active, hundred))
    let capture = try ARPCapture(in: fixture.outside.namespace)
    defer { capture.stop() }
    let start = BootTimeClock.now
    garp.refresh(hundred)
    #expect(eventually { capture.heard.count == 100 })
    #expect((.milliseconds(400)...(.milliseconds(2000))).contains(BootTimeClock.now - start))
    let order = capture.heard.map { $0.frame.sender.rawValue >> 8 & 0xFF }
    #expect(order == (1...100).reversed())
  }
}
