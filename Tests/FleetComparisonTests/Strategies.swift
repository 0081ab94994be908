import FleetComparison
import WMGFramework

func uids(_ numbers: UInt64...) -> [GatewayID] { numbers.compactMap(GatewayID.init(rawValue:)) }

func vnis(_ text: String) -> VNISet { (try? VNISet(parsing: text)) ?? VNISet() }

/// The ordinal among those alive: VNI mod N.
struct Ordinal: AssignmentStrategy {
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    for index in vnis.indices { owners[index] = UInt16(Int(vnis[index].rawValue) % gateways.count) }
  }

  func advice(for gateways: Span<GatewayID>) -> String? { "\(gateways.count) in turns" }
}

/// The lowest uid owns all.
struct Lowest: AssignmentStrategy {
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    for index in owners.indices { owners[index] = 0 }
  }
}

/// Scores that a reader can compute: uid × VNI mod 7.
struct Sevens: ScoringStrategy {
  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    for index in vnis.indices {
      scores[index] = gateways[index].rawValue * UInt64(vnis[index].rawValue) % 7
    }
  }
}

/// Scores without a pattern.
struct Mixing: ScoringStrategy {
  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    for index in vnis.indices {
      var generator = SeededGenerator(seed: gateways[index].rawValue << 24 | UInt64(vnis[index].rawValue))
      scores[index] = generator.next()
    }
  }
}

/// The same owners, by a strategy that does not say that it scores.
struct SecretlyMixing: AssignmentStrategy {
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    Mixing().assign(vnis, to: gateways, owners: &owners)
  }
}

/// Gateway 11 should own twice as much as others; the first of three alive gets half.
struct Halves: ProportionalStrategy {
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    for index in vnis.indices {
      owners[index] = [0, 1, 0, UInt16(gateways.count - 1)][Int(vnis[index].rawValue) % 4]
    }
  }

  func weight(of gateway: GatewayID) -> Double { gateway.rawValue == 11 ? 2 : 1 }
}

/// Names a gateway that is not there.
struct Wrong: AssignmentStrategy {
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    for index in owners.indices { owners[index] = UInt16(gateways.count) + 3 }
  }
}

struct Stub: StrategyPlugin {
  var name: String
  var summary: String { "a rule of thumb" }
  var promises = StrategyPromises()
  func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy { Lowest() }
}

func figures(
  of strategy: any AssignmentStrategy, named name: String = "mine", _ set: String, _ change: FleetChange
) -> StrategyFigures {
  var comparison = StrategyComparison(vnis(set), change) { pass in
    pass()
    return PassCost(time: .microseconds(1500), memory: 2_000_000)
  }
  return comparison.figures(of: strategy, named: name, promises: StrategyPromises())
}
