public import WMGFramework

/// A strategy of one's own: rendezvous hashing with FNV-1a, and a salt that reshuffles the fleet.
///
/// It scores one (VNI, gateway) pair at a time, so it is a `ScoringStrategy`: the framework turns scores into owners and
/// reassigns only what one joining or leaving gateway can move.
public struct FNVStrategy: ScoringStrategy {
  private let salt: UInt64

  /// A strategy with a salt; every gateway of a fleet needs the same.
  public init(salt: Int = 0) {
    self.salt = UInt64(truncatingIfNeeded: salt)
  }

  /// Writes the score of each pair.
  public func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    for index in vnis.indices {
      var hash = 0xcbf2_9ce4_8422_2325 ^ salt
      for word in [UInt64(vnis[index].rawValue), gateways[index].rawValue] {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
          hash = (hash ^ (word >> shift & 0xFF)) &* 0x100_0000_01b3
        }
      }
      // FNV's high bits mix poorly, and the greatest score is decided by them.
      hash ^= hash >> 32
      scores[index] = hash &* 0x9e37_79b9_7f4a_7c15
    }
  }
}

/// What makes it choosable: `--strategy fnv --set fnv.salt=7`.
public struct FNVStrategyPlugin: StrategyPlugin {
  let salt = PluginOption(
    "salt", default: 0, help: "another number, another distribution; the same on every gateway")

  /// A plugin with its options at their defaults.
  public init() {}

  /// `fnv`
  public var name: String { "fnv" }
  /// One line: what it does.
  public var summary: String { "rendezvous hashing with FNV-1a and a salt" }
  /// What can be set.
  public var options: [any AnyPluginOption] { [salt] }

  /// What operators may count on; a test holds the strategy to it.
  public var promises: StrategyPromises {
    StrategyPromises(balance: 1.2, disruption: .minimal, hasCommonRanking: true)
  }

  /// Makes the strategy.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy {
    FNVStrategy(salt: options[salt])
  }
}
