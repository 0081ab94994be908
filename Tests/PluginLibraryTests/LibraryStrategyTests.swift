import Glibc
import Logging
import RendezvousHashing
import Synchronization
import Testing
import WMGFramework

@testable import PluginLibrary

/// A library's strategy is a strategy like any other.
@Suite("Strategies of libraries", CompiledLibrary.isNeeded) struct LibraryStrategyTests {
  private static let vnis = VNISet(VNI(rawValue: 1)!...VNI(rawValue: 3000)!)
  private static let configuration = GatewayConfiguration(uid: GatewayID(rawValue: 11)!, vnis: vnis)

  private func plugin(_ name: String, in library: CompiledLibrary) throws -> any StrategyPlugin {
    try #require(library.plugins().first { $0.name == name } as? any StrategyPlugin)
  }

  private func strategy(_ name: String, in library: CompiledLibrary) throws -> any AssignmentStrategy {
    try plugin(name, in: library).makeStrategy(PluginOptionValues(), for: Self.configuration)
  }

  @Test(
    "It decides as the same algorithm in Swift, through joins and leaves",
    arguments: ["c-both", "c-scores", "c-assigns"])
  func agreement(_ name: String) throws {
    let library = try CompiledLibrary("strategies.c")
    let strategy = try strategy(name, in: library)
    #expect((strategy is any ScoringStrategy) == (name != "c-assigns"))
    var table = AssignmentTable(Self.vnis, strategy: strategy)
    var reference = AssignmentTable(Self.vnis, strategy: RendezvousStrategy())
    for uids: [UInt64] in [[7], [7, 9], [7, 9, 1 << 63], [9, 1 << 63], [1, 2, 3, 4, 5, 6, 7, 8], [8]] {
      let view = uids.compactMap(GatewayID.init(rawValue:))
      #expect(table.update(to: view) == reference.update(to: view))
      #expect(table.vnis.indices.allSatisfy { table.owner(at: $0) == reference.owner(at: $0) })
    }
  }

  @Test func noVNIsAreNoProblem() throws {
    let library = try CompiledLibrary("strategies.c")
    var table = AssignmentTable(VNISet(), strategy: try strategy("c-both", in: library))
    _ = table.update(to: [7, 9].compactMap(GatewayID.init(rawValue:)))
    #expect(table.update(to: [7].compactMap(GatewayID.init(rawValue:))).isEmpty)
  }

  @Test func ownersThatAreNotThereBecomeTheFirstAndAreLoggedOnce() throws {
    let library = try CompiledLibrary("strategies.c")
    let lines = Mutex<[String]>([])
    StrategyLog.use { name in
      Logger(label: name) { _ in RememberingHandler { line in lines.withLock { $0.append(line) } } }
    }
    defer { StrategyLog.use { Logger(label: $0) } }
    let strategy = try strategy("c-wild", in: library)
    let vnis = Array(Self.vnis.prefix(4))
    let gateways = [7, 8, 9].compactMap(GatewayID.init(rawValue:))
    for _ in 0..<3 {
      var owners: [UInt16] = [99, 99, 99, 99]
      var span = owners.mutableSpan
      strategy.assign(vnis.span, to: gateways.span, owners: &span)
      #expect(owners == [2, 0, 2, 0])
    }
    #expect(lines.withLock { $0 }.filter { $0.hasPrefix("the strategy names owners") }.count == 1)
  }

  @Test func itIsMadeWithItsOptionsAndFreed() throws {
    let library = try CompiledLibrary("strategies.c")
    let plugin = try plugin("c-both", in: library)
    let handle = try #require(dlopen(library.path, RTLD_NOW | RTLD_NOLOAD))
    let instances = try #require(dlsym(handle, "instances")).assumingMemoryBound(to: CInt.self)
    do {
      let first = try plugin.makeStrategy(PluginOptionValues(), for: Self.configuration)
      let second = try plugin.makeStrategy(PluginOptionValues(), for: Self.configuration)
      withExtendedLifetime((first, second)) { #expect(instances.pointee == 2) }
    }
    #expect(instances.pointee == 0)
    let unlucky = try PluginOptionValues(decoding: [("luck", "13")], for: plugin)
    #expect(
      throws: PluginError.unusable(
        plugin: "c-both", reason: "--strategy c-both: --set c-both.luck=13: not with uid 11", exitCode: 65)
    ) { try plugin.makeStrategy(unlucky, for: Self.configuration) }
    #expect(
      throws: PluginError.badValue(plugin: "c-both", option: "luck", complaint: "must be 1 to 99, not '100'")
    ) { try PluginOptionValues(decoding: [("luck", "100")], for: plugin) }
  }

  @Test func itSaysWhatItPromisesAndAdvises() throws {
    let library = try CompiledLibrary("strategies.c")
    let plugin = try plugin("c-both", in: library)
    #expect(
      plugin.promises
        == StrategyPromises(
          balance: 1.15, disruption: .minimal, hasCommonRanking: true, cost: "little", memory: "unstated"))
    let strategy = try plugin.makeStrategy(PluginOptionValues(), for: Self.configuration)
    let small = [7, 8].compactMap(GatewayID.init(rawValue:))
    let large = [700, 800].compactMap(GatewayID.init(rawValue:))
    #expect(strategy.advice(for: small.span) == "uid 7 of 2 is small")
    #expect(strategy.advice(for: large.span) == nil)
  }

  @Test func anOptionThatIsLocalDoesNotCountForTheFingerprint() throws {
    let library = try CompiledLibrary("strategies.c")
    let plugin = try plugin("c-both", in: library)
    let options = try PluginOptionValues(decoding: [("luck", "8"), ("cache", "off")], for: plugin)
    #expect(plugin.agreement(options) == "luck=8")
  }
}

/// A log that is remembered.
struct RememberingHandler: LogHandler {
  let remember: @Sendable (String) -> Void
  var logLevel = Logger.Level.trace
  var metadata: Logger.Metadata = [:]

  init(_ remember: @escaping @Sendable (String) -> Void) { self.remember = remember }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { remember("\(event.message)") }
}
