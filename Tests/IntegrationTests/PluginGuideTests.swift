import Glibc
import LinuxNetworking
import Logging
import Synchronization
import Testing
import WMGFramework

/// The plugins that docs/PLUGINS.md shows do what it says of them.
@Suite struct PluginGuideTests {
  private static let configuration = GatewayConfiguration(
    uid: GatewayID(rawValue: 7)!, vnis: try! VNISet(parsing: "1-6"), interval: .milliseconds(20))

  @Test func theStrategyDealsVNIsOutInTurn() throws {
    var table = AssignmentTable(Self.configuration.vnis, strategy: ModuloStrategy())
    _ = table.update(to: [5, 6, 7].compactMap(GatewayID.init(rawValue:)))
    #expect(table.vnis.indices.map { table.owner(at: $0).rawValue } == [6, 7, 5, 6, 7, 5])
  }

  @Test func theEffectorKeepsAFilePerOwnedVNI() throws {
    let folder = "/tmp/wmgdocs\(getpid())-flags"
    mkdir(folder, 0o755)
    defer { rmdir(folder) }
    let reports = Mutex<[VNI: EffectorOutcome]>([:])
    let plugin = FlagFilePlugin()
    var options = PluginOptionValues()
    options.set(plugin.folder, to: folder)
    let effector = plugin.makeEffector(
      options,
      context: EffectorContext(
        configuration: Self.configuration, loop: try EpollLoop(), logger: Logger(label: plugin.name),
        counters: Counters(),
        report: { outcomes in reports.withLock { for (vni, outcome) in outcomes { $0[vni] = outcome } } },
        drift: { _ in }))
    try effector.prepare(Self.configuration.vnis)
    #expect(reports.withLock { $0.values.allSatisfy { $0 == .standby } && $0.count == 6 })
    let vni = VNI(rawValue: 3)!
    effector.takeOver([vni])
    effector.takeOver([vni])
    #expect(access("\(folder)/3", F_OK) == 0)
    #expect(reports.withLock { $0[vni] } == .active)
    effector.release([vni])
    #expect(access("\(folder)/3", F_OK) != 0)
    #expect(reports.withLock { $0[vni] } == .standby)
  }

  @Test func theEffectorRefusesAFolderThatIsNotThere() throws {
    let plugin = FlagFilePlugin()
    var options = PluginOptionValues()
    options.set(plugin.folder, to: "/nonexistent")
    let effector = plugin.makeEffector(
      options,
      context: EffectorContext(
        configuration: Self.configuration, loop: try EpollLoop(), logger: Logger(label: plugin.name),
        counters: Counters(), report: { _ in }, drift: { _ in }))
    #expect(throws: PluginError.self) { try effector.prepare(Self.configuration.vnis) }
  }

  @Test func theDiscoveryAdvertisesOnlyWhenItMayAndWithALease() throws {
    let loop = try EpollLoop()
    let events = Mutex<[DiscoveryEvent]>([])
    let lease = AdvertisingLease(until: loop.now + .seconds(60))
    let discovery = SoloPlugin().makeDiscovery(
      PluginOptionValues(),
      context: DiscoveryContext(
        configuration: Self.configuration, loop: loop, logger: Logger(label: "solo"), counters: Counters(),
        lease: lease, publish: { event in events.withLock { $0.append(event) } }))
    func advertisements() -> Int {
      events.withLock { $0.count { if case .advertised = $0 { true } else { false } } }
    }
    func run(for duration: Duration) {
      loop.schedule(at: loop.now + duration) { loop.stop() }
      loop.run()
    }
    try discovery.start()
    run(for: .milliseconds(50))
    #expect(events.withLock { $0 } == [.connected])
    discovery.advertise(.on)
    run(for: .milliseconds(200))
    #expect(advertisements() >= 3)
    // Without a lease it falls silent, and after a detection time says so.
    lease.renew(until: loop.now)
    run(for: .milliseconds(500))
    #expect(events.withLock { $0.contains { if case .lapsed = $0 { true } else { false } } })
    discovery.stop()
  }
}
