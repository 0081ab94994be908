import BoundedRendezvous
import EVPNDesignatedForwarder
import MaglevHashing
import ModuloAssignment
import RendezvousHashing
import StaticAssignment
import Testing
import WMGFramework
import WMGFrameworkTesting
import WeightedRendezvous

/// A built-in strategy with options that matter to the random fleets, whose small uids are 1 to 40.
struct BuiltInStrategy: CustomTestStringConvertible, Sendable {
  let plugin: any StrategyPlugin
  var settings: [(name: String, text: String)] = []
  /// Of the 10,000 fleets that each property is tried with in total.
  var fleets = 1420

  var testDescription: String { plugin.name }

  func examination(claiming promises: StrategyPromises? = nil) throws -> StrategyExamination {
    StrategyExamination(
      try strategy(plugin, settings), promises: promises ?? plugin.promises, fleets: fleets, seed: 20_261_122)
  }

  static let all = [
    BuiltInStrategy(plugin: RendezvousPlugin()),
    BuiltInStrategy(plugin: RendezvousMixedPlugin()),
    BuiltInStrategy(
      plugin: WeightedRendezvousPlugin(),
      settings: [("weights", "1=2,2=0.5,3=0,4=0,5=1000,6=0.001,7=3,8=0.125,9=0,20=7,30=1.5,31=0")]),
    BuiltInStrategy(plugin: BoundedRendezvousPlugin()),
    BuiltInStrategy(
      plugin: DesignatedForwarderPlugin(),
      settings: [
        ("esi", "00:11:22:33:44:55:66:77:88:99"), ("addresses", "1=10.0.1.11,2=10.0.1.12,3=0.0.0.0"),
      ]),
    // Its table takes long to fill without optimisation.
    BuiltInStrategy(plugin: MaglevPlugin(), fleets: 60),
    BuiltInStrategy(plugin: ModuloPlugin()),
    BuiltInStrategy(
      plugin: StaticPlugin(),
      settings: [("table", "1-50=1,2,3;51=40,5,7;52-120=6,8,9;130-16000000=11,12,33,34,35")]),
  ]
}

/// 10,000 random fleets per property, spread over the built-in strategies.
@Suite struct BuiltInStrategyTests {
  @Test("It does what every strategy must, and what it promises", arguments: BuiltInStrategy.all)
  func keepsItsPromises(_ builtIn: BuiltInStrategy) async throws {
    let examination = try builtIn.examination()
    for property in examination.properties {
      #expect(examination.firstFault(of: property) == nil)
      // Other tests have a clock to keep to.
      await Task.yield()
    }
  }

  @Test("What is tried is 10,000 fleets per property")
  func fleetCount() {
    #expect(BuiltInStrategy.all.map(\.fleets).reduce(0, +) == 10_000)
    #expect(Set(BuiltInStrategy.all.map(\.plugin.name)).count == BuiltInStrategy.all.count)
  }

  @Test(
    "Without a common ranking, unequal views leave a VNI without an owner",
    arguments: BuiltInStrategy.all.filter {
      !$0.plugin.promises.hasCommonRanking && $0.plugin.name != "maglev"
    })
  func counterExamples(_ builtIn: BuiltInStrategy) throws {
    let fault = try #require(builtIn.examination().firstFault(of: .unequalViews))
    #expect(fault.detail.contains("has no owner"))
  }

  @Test(
    "What is not promised as minimal is not",
    arguments: BuiltInStrategy.all.filter { $0.plugin.promises.disruption != .minimal })
  func notMinimal(_ builtIn: BuiltInStrategy) throws {
    let examination = try builtIn.examination(claiming: StrategyPromises(disruption: .minimal))
    #expect(examination.firstFault(of: .disruption) != nil)
  }

  @Test("Modulo moves too much for 'low' as well")
  func moduloIsUnbounded() throws {
    let modulo = BuiltInStrategy(plugin: ModuloPlugin())
    #expect(
      try modulo.examination(claiming: StrategyPromises(disruption: .low)).firstFault(of: .disruption) != nil)
  }

  @Test("The whole VNI space and 65,535 gateways are served", arguments: BuiltInStrategy.all)
  func extremes(_ builtIn: BuiltInStrategy) throws {
    let made = try strategy(builtIn.plugin, builtIn.settings)
    let fleet = uids((1...65_535).map { UInt64($0) << 20 | 7 })
    let corners = [VNI.min, VNI(rawValue: 1 << 16)!, VNI.max]
    let members = Set(fleet.map(\.rawValue))
    #expect(owners(made, corners, fleet).allSatisfy(members.contains))
    #expect(owners(made, [], fleet).isEmpty)
    #expect(owners(made, corners, uids([.max])) == [.max, .max, .max])
  }

  @Test("Fingerprints do not depend on the order of options, and differ by strategy")
  func fingerprints() throws {
    let vnis = try VNISet(parsing: "1-100")
    var fingerprints: Set<StrategyFingerprint> = []
    for builtIn in BuiltInStrategy.all {
      let values = try PluginOptionValues(decoding: builtIn.settings, for: builtIn.plugin)
      let reversed = try PluginOptionValues(decoding: builtIn.settings.reversed(), for: builtIn.plugin)
      let fingerprint = builtIn.plugin.fingerprint(values, for: vnis)
      #expect(fingerprint == builtIn.plugin.fingerprint(reversed, for: vnis))
      fingerprints.insert(fingerprint)
    }
    #expect(fingerprints.count == BuiltInStrategy.all.count)
  }
}
