public import WMGFramework

/// How many VNIs each gateway of a fleet owns, and how many it should.
public struct Loads: Hashable, Sendable {
  /// The fleet, ascending.
  public let gateways: [GatewayID]
  /// VNIs owned, in the order of `gateways`.
  public let counts: [Int]
  /// The fair share of each, in VNIs: of K VNIs and N gateways K/N, or K · wᵢ/Σw where the strategy has weights.
  public let fairShares: [Double]

  /// Counted loads; `weights` as of `ProportionalStrategy`, all alike when `nil`.
  public init(gateways: [GatewayID], counts: [Int], weights: [Double]? = nil) {
    precondition(gateways.count == counts.count && !gateways.isEmpty, "one load per gateway")
    self.gateways = gateways
    self.counts = counts
    let total = Double(counts.reduce(0, +))
    let sum = weights?.reduce(0, +) ?? 0
    fairShares = gateways.indices.map { index in
      // Who all weigh nothing share alike.
      sum > 0 ? total * (weights?[index] ?? 0) / sum : total / Double(gateways.count)
    }
  }

  /// What the fullest gateway owns, in units of its fair share: max/mean where nobody has a weight.
  public var fullest: Double {
    zip(counts, fairShares).reduce(0) { $1.1 > 0 ? max($0, Double($1.0) / $1.1) : $0 }
  }

  /// The standard deviation of the loads from the fair shares, in VNIs; of all gateways, not of a sample.
  public var standardDeviation: Double {
    let squares = zip(counts, fairShares).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    return (squares / Double(counts.count)).squareRoot()
  }

  /// The mean load, in VNIs.
  public var mean: Double { Double(counts.reduce(0, +)) / Double(counts.count) }
}
