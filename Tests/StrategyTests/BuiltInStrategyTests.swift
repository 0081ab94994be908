import BuiltInStrategies
import MaglevHashing
import ModuloAssignment
import Testing
import WMGFramework
import WMGFrameworkTesting

extension BuiltInStrategy {
  /// How many fleets there is time for without optimisation; Maglev's table takes long to fill.
  var fleets: Int { plugin is MaglevPlugin ? 20 : 300 }

  /// Whether it is `bounded` with so much room that it is `rendezvous-mixed`.
  var isUnbound: Bool { description == "bounded epsilon=10" }
}

/// A small part of what `strategy-examination` does with 10,000 fleets, and what needs no such number.
@Suite struct BuiltInStrategyTests {
  @Test("It does what every strategy must, and what it promises", arguments: BuiltInStrategy.all)
  func keepsItsPromises(_ builtIn: BuiltInStrategy) async throws {
    let examination = try builtIn.examination(fleets: builtIn.fleets)
    for property in examination.properties {
      #expect(examination.firstFault(of: property) == nil)
      // Other tests have a clock to keep to.
      await Task.yield()
    }
  }

  @Test("Its owners are those of every other process and machine", arguments: BuiltInStrategy.all)
  func digest(_ builtIn: BuiltInStrategy) throws {
    let digest = try builtIn.examination(fleets: 1).digest()
    #expect(digest == builtIn.digest, "0x\(String(digest, radix: 16, uppercase: true))")
  }

  @Test(
    "Without a common ranking, unequal views leave a VNI without an owner",
    arguments: BuiltInStrategy.all.filter {
      !$0.plugin.promises.hasCommonRanking && $0.plugin.name != "maglev" && !$0.isUnbound
    })
  func counterExamples(_ builtIn: BuiltInStrategy) throws {
    let fault = try #require(builtIn.examination(fleets: builtIn.fleets).firstFault(of: .unequalViews))
    #expect(fault.detail.contains("has no owner"))
  }

  @Test(
    "What is not promised as minimal is not",
    arguments: BuiltInStrategy.all.filter { $0.plugin.promises.disruption != .minimal && !$0.isUnbound })
  func notMinimal(_ builtIn: BuiltInStrategy) throws {
    let examination = try builtIn.examination(
      claiming: StrategyPromises(disruption: .minimal), fleets: 300)
    #expect(examination.firstFault(of: .disruption) != nil)
  }

  @Test("Modulo moves too much for 'low' as well")
  func moduloIsUnbounded() throws {
    let examination = StrategyExamination(
      try strategy(ModuloPlugin()), promises: StrategyPromises(disruption: .low), fleets: 300)
    #expect(examination.firstFault(of: .disruption) != nil)
  }

  @Test("The whole VNI space and 65,535 gateways are served", arguments: BuiltInStrategy.all)
  func extremes(_ builtIn: BuiltInStrategy) throws {
    let made = try builtIn.made()
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
