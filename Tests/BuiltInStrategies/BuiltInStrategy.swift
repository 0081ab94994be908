import BoundedRendezvous
import EVPNDesignatedForwarder
import MaglevHashing
import ModuloAssignment
import RendezvousHashing
import StaticAssignment
public import WMGFramework
public import WMGFrameworkTesting
import WeightedRendezvous

/// A built-in strategy with options that matter to the random fleets, whose small uids are 1 to 40.
public struct BuiltInStrategy: Sendable {
  /// What makes the strategy.
  public let plugin: any StrategyPlugin
  /// Its options, as they stand on a command line.
  public let settings: [(name: String, text: String)]
  /// The digest of its examination: what every process on every machine has to come to.
  public let digest: UInt64

  init(_ plugin: any StrategyPlugin, _ settings: [(name: String, text: String)] = [], digest: UInt64) {
    self.plugin = plugin
    self.settings = settings
    self.digest = digest
  }

  /// The strategy with its options.
  ///
  /// - Throws: what its plugin has to say against the settings.
  public func made() throws -> any AssignmentStrategy {
    // Whose gateway it is must not matter.
    let uid = RandomFleet(seed: 1, number: 1).gateways[0]
    let configuration = GatewayConfiguration(uid: uid, vnis: VNISet())
    return try plugin.makeStrategy(values(), for: configuration)
  }

  /// What it promises with its options.
  ///
  /// - Throws: what its plugin has to say against the settings.
  public func promises() throws -> StrategyPromises { plugin.promises(try values()) }

  /// An examination of what it promises with its options, or of what is claimed of it.
  ///
  /// - Throws: what its plugin has to say against the settings.
  public func examination(
    claiming promises: StrategyPromises? = nil, fleets: Int, seed: UInt64 = 20_261_122
  ) throws -> StrategyExamination {
    StrategyExamination(
      try made(), promises: try promises ?? self.promises(), fleets: fleets, seed: seed)
  }

  private func values() throws -> PluginOptionValues {
    try PluginOptionValues(decoding: settings, for: plugin)
  }

  /// Every built-in strategy but `foreign`, whose hash is anyone's; where a promise depends on options, with several.
  ///
  /// With ε 10 nobody is ever full, so `bounded` has the owners, and the digest, of `rendezvous-mixed`.
  public static let all = [
    BuiltInStrategy(RendezvousPlugin(), digest: 0x273A_D9CF_4EBA_AB09),
    BuiltInStrategy(RendezvousMixedPlugin(), digest: 0xDCCD_60A5_B21E_7A75),
    BuiltInStrategy(
      WeightedRendezvousPlugin(),
      [("weights", "1=2,2=0.5,3=0,4=0,5=1000,6=0.001,7=3,8=0.125,9=0,20=7,30=1.5,31=0")],
      digest: 0x607D_8C43_0270_9D3E),
    BuiltInStrategy(BoundedRendezvousPlugin(), digest: 0xE865_1203_F496_FF13),
    BuiltInStrategy(BoundedRendezvousPlugin(), [("epsilon", "0")], digest: 0xF527_863F_4147_A891),
    BuiltInStrategy(BoundedRendezvousPlugin(), [("epsilon", "0.01")], digest: 0x68A6_CD5B_0760_1FD7),
    BuiltInStrategy(BoundedRendezvousPlugin(), [("epsilon", "10")], digest: 0xDCCD_60A5_B21E_7A75),
    BuiltInStrategy(
      DesignatedForwarderPlugin(),
      [("esi", "00:11:22:33:44:55:66:77:88:99"), ("addresses", "1=10.0.1.11,2=10.0.1.12,3=0.0.0.0")],
      digest: 0xB8F9_7640_BE6C_1982),
    BuiltInStrategy(MaglevPlugin(), digest: 0x57ED_8EBF_05C4_8D7D),
    BuiltInStrategy(ModuloPlugin(), digest: 0xEAD3_980D_7319_D9A6),
    BuiltInStrategy(
      StaticPlugin(), [("table", "1-50=1,2,3;51=40,5,7;52-120=6,8,9;130-16000000=11,12,33,34,35")],
      digest: 0x67C7_BE64_BAE8_64D4),
  ]
}

extension BuiltInStrategy: CustomStringConvertible {
  /// Its name, and what tells it from others of that name.
  public var description: String {
    let short = settings.filter { $0.text.count < 9 }.map { "\($0.name)=\($0.text)" }
    return ([plugin.name] + short).joined(separator: " ")
  }
}
