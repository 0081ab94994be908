import LinuxNetworking
import Logging
import Synchronization
import Testing
import WMGFramework

@testable import PluginLibrary

/// A library's discovery, which hears on a thread of its own.
@Suite("Discoveries of libraries", .serialized, CompiledLibrary.isNeeded) final class LibraryDiscoveryTests {
  private let plugin: any DiscoveryPlugin
  private let loop: EpollLoop
  private let lease: AdvertisingLease
  private let counters = Counters()
  private let lines = LogLines()
  private let events = Mutex<[DiscoveryEvent]>([])
  private let library: CompiledLibrary

  init() throws {
    library = try CompiledLibrary("discovery.c")
    plugin = try #require(library.plugins().first as? any DiscoveryPlugin)
    loop = try EpollLoop()
    lease = AdvertisingLease(until: loop.now + .seconds(60))
  }

  private func make(uid: UInt64 = 11) throws -> any Discovery {
    try plugin.makeDiscovery(
      PluginOptionValues(),
      context: DiscoveryContext(
        configuration: GatewayConfiguration(uid: GatewayID(rawValue: uid)!, vnis: VNISet()), loop: loop,
        logger: Logger(label: "test") { [lines] _ in RememberingHandler { lines.add($0) } },
        counters: counters, lease: lease,
        publish: { [self] event in events.withLock { $0.append(event) } }))
  }

  private func run() {
    loop.schedule(at: loop.now + .milliseconds(20)) { [loop] in loop.stop() }
    loop.run()
  }

  private var heard: [HeardAdvertisement] {
    events.withLock { $0 }.compactMap { if case .heard(let heard) = $0 { heard } else { nil } }
  }

  @Test func whatItHearsIsPublishedAndBounded() throws {
    let discovery = try make()
    defer { discovery.stop() }
    try discovery.start()
    #expect(heard.isEmpty, "before the loop has run")
    run()
    #expect(events.withLock { $0.first } == .connected)
    // The uid 0, the advertisement that is too short and NULL are not there.
    #expect(heard.map(\.advertisement.gateway.rawValue) == [12, 13])
    #expect(counters["advertisements-malformed"] == 3)
    #expect(
      lines.all == [
        "the plugin hears advertisements that cannot be taken; their senders are not known here"
      ])
    #expect(heard[0].advertisement.state == .active && heard[1].advertisement.state == nil)
    #expect(heard[0].receivedAt == MonotonicInstant(nanoseconds: 1000))
    #expect("\(heard[0].source)" == "10.0.1.12" && heard[0].ownAddress.map { "\($0)" } == "10.0.1.11")
    // What was heard in the future would keep a peer alive for ever.
    #expect(heard[1].receivedAt <= loop.now)
  }

  @Test func whatAThreadHeardComesBeforeTheDrain() throws {
    let discovery = try make()
    defer { discovery.stop() }
    try discovery.start()
    discovery.drain()
    #expect(heard.count == 2)
    guard case .drained(let through) = events.withLock({ $0.last }) else {
      Issue.record("not drained")
      return
    }
    #expect(through <= loop.now)
  }

  @Test func aFloodIsBoundedAndCounted() throws {
    let discovery = try make(uid: 100)
    defer { discovery.stop() }
    try discovery.start()
    run()
    #expect(heard.count == 4096)
    #expect(counters["advertisements-crowded-out"] == 5002 - 4096)
  }

  @Test func itSpeaksWhileTheCoreIsAlive() throws {
    let discovery = try make()
    defer { discovery.stop() }
    discovery.advertise(.on)
    #expect(events.withLock { $0.count { if case .advertised = $0 { true } else { false } } } == 1)
    lease.renew(until: loop.now)
    discovery.advertise(.on)
    #expect(events.withLock { $0.last } == .lapsed(at: MonotonicInstant(nanoseconds: 1000)))
    discovery.advertise(.farewell)
    #expect(events.withLock { $0.last } == .isolated(reason: "farewell"))
    discovery.advertise(.off)
  }
}

/// What was logged.
private final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
}
