/// A new strategy: rendezvous hashing with a salt, which is a good place to begin.
enum StrategyTemplate {
  static func source(_ names: NewPluginNames) -> String {
    """
    public import WMGFramework

    /// Gives each VNI to the gateway with the greatest score for it.
    ///
    /// Every gateway computes this for itself, and all must agree: a score depends on the VNI, the gateway's uid and the
    /// options alone. No clock, no random numbers, no `Hasher`, no floating point that differs between machines.
    public struct \(names.type): ScoringStrategy {
      private let salt: UInt64

      /// A strategy with a salt; every gateway of a fleet needs the same.
      public init(salt: Int = 0) {
        self.salt = UInt64(truncatingIfNeeded: salt)
      }

      /// Writes the score of each pair; equal scores go to the lowest uid.
      public func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
        for index in vnis.indices {
          let vni = mixed(UInt64(vnis[index].rawValue) ^ salt)
          scores[index] = mixed(vni ^ mixed(gateways[index].rawValue))
        }
      }

      /// The finaliser of splitmix64: each bit of the number changes about half of the bits of the result.
      private func mixed(_ number: UInt64) -> UInt64 {
        var number = number &+ 0x9E37_79B9_7F4A_7C15
        number = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ number >> 27) &* 0x94D0_49BB_1331_11EB
        return number ^ number >> 31
      }
    }

    /// What makes it choosable: `--strategy \(names.plugin) --set \(names.plugin).salt=7`.
    public struct \(names.type)Plugin: StrategyPlugin {
      let salt = PluginOption(
        "salt", default: 0, help: "another number, another distribution; the same on every gateway")

      /// A plugin with its options at their defaults.
      public init() {}

      /// `\(names.plugin)`
      public var name: String { "\(names.plugin)" }
      /// One line: what it does.
      public var summary: String { "rendezvous hashing with a salt" }
      /// What can be set.
      public var options: [any AnyPluginOption] { [salt] }

      /// Makes the strategy.
      public func makeStrategy(
        _ options: PluginOptionValues, for configuration: GatewayConfiguration
      ) -> any AssignmentStrategy {
        \(names.type)(salt: options[salt])
      }
    }

    """
  }

  static func test(_ names: NewPluginNames) -> String {
    """
    import \(names.type)
    import Testing
    import WMGFramework

    /// Gateways are processes of their own, and all have to agree. What these tests cannot see is a score that differs
    /// from process to process; so once your formula is final, hold some of its scores to known numbers.
    @Suite struct \(names.type)Tests {
      private func owners(_ gateways: [UInt64], salt: Int = 0) throws -> [GatewayID] {
        var table = AssignmentTable(try VNISet(parsing: "1-10000"), strategy: \(names.type)(salt: salt))
        _ = table.update(to: gateways.compactMap(GatewayID.init(rawValue:)))
        return table.vnis.indices.map { table.owner(at: $0) }
      }

      @Test func everyGatewayGetsAboutItsShare() throws {
        let counts = Dictionary(grouping: try owners([11, 12, 13, 14])) { $0 }.mapValues(\\.count)
        #expect(counts.count == 4)
        for count in counts.values { #expect((2300...2700).contains(count)) }
      }

      @Test func onlyTheVNIsOfTheLeaverMove() throws {
        let before = try owners([11, 12, 13])
        let after = try owners([11, 13])
        for (old, new) in zip(before, after) where old.rawValue != 12 { #expect(old == new) }
      }

      @Test func anotherSaltIsAnotherDistribution() throws {
        #expect(try owners([11, 12, 13]) != owners([11, 12, 13], salt: 7))
      }
    }

    """
  }
}
