import RendezvousHashing
public import WMGFramework

/// Weighted rendezvous hashing (Schindelhauer and Schomaker, 2005): every gateway owns VNIs in proportion to its weight.
///
/// A pair's hash h is taken as a fraction of 1, and the least −log₂ h / weight owns. That is a race of exponential
/// clocks, and the chance to win it is the weight's share of all weights. A pair's score depends on the VNI, the uid
/// and the uid's own weight alone; so one changed weight moves VNIs to or from that gateway and no others.
public struct WeightedRendezvousStrategy: ScoringStrategy, ProportionalStrategy {
  /// The greatest weight, 1,000.
  public static let greatestWeight = Thousandths(rawValue: 1_000_000)

  let weights: [GatewayID: Thousandths]
  let defaultWeight: Thousandths

  /// A strategy for weights 0…`greatestWeight`; greater ones count as that. A gateway of weight 0 owns nothing, unless
  /// there are only such.
  public init(
    weights: [GatewayID: Thousandths], default defaultWeight: Thousandths = Thousandths(rawValue: 1000)
  ) {
    self.weights = weights
    self.defaultWeight = defaultWeight
  }

  /// The score of every pair, at the same positions.
  public func score(
    _ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>
  ) {
    precondition(
      vnis.count == gateways.count && vnis.count == scores.count, "one VNI, gateway and score per pair")
    guard !gateways.isEmpty else { return }
    let table = FixedPointLogarithm.segments
    let segments = table.span
    // Gateways come in runs, and to look a weight up costs more than to use it.
    var gateway = gateways[0]
    var racer = racer(gateway)
    for position in vnis.indices {
      if gateways[position] != gateway {
        gateway = gateways[position]
        racer = self.racer(gateway)
      }
      scores[position] = ~racer.time(forHash: racer.hash(of: vnis[position]), segments)
    }
  }

  /// The full pass; takes the logarithm only of hashes that may win, a few per VNI.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    precondition(owners.count == vnis.count, "one owner per VNI")
    let table = FixedPointLogarithm.segments
    let segments = table.span
    var racers: [Racer] = []
    racers.reserveCapacity(gateways.count)
    for index in gateways.indices { racers.append(racer(gateways[index])) }
    let field = racers.span
    for position in vnis.indices {
      let vni = vnis[unchecked: position]
      var owner = 0
      var best = field[0].time(forHash: field[0].hash(of: vni), segments)
      var limit = Racer.limit(for: best)
      for candidate in 1..<field.count {
        // In range by the loop itself; asked anew for each pair, it costs.
        let racer = field[unchecked: candidate]
        let hash = racer.hash(of: vni)
        guard racer.lowerBound(forHash: hash) < limit else { continue }
        let time = racer.time(forHash: hash, segments)
        if time < best {
          best = time
          limit = Racer.limit(for: best)
          owner = candidate
        }
      }
      owners[unchecked: position] = UInt16(truncatingIfNeeded: owner)
    }
  }

  /// The gateway's weight.
  public func weight(of gateway: GatewayID) -> Double { Double(thousandths(of: gateway).rawValue) / 1000 }

  private func thousandths(of gateway: GatewayID) -> Thousandths {
    min(weights[gateway] ?? defaultWeight, Self.greatestWeight)
  }

  private func racer(_ gateway: GatewayID) -> Racer { Racer(gateway, weight: thousandths(of: gateway)) }
}

/// One gateway in the race for each VNI; the least time wins.
struct Racer {
  private let mixedGateway: UInt64
  /// 2⁶⁴ / (weight in thousandths), which spares a division per pair; 0 for weight 0.
  private let slowness: UInt64
  /// At most log₂ e · `slowness` / 2⁷: what 1 − h has to be multiplied by for a bound of the time.
  private let boundingSlowness: UInt64

  init(_ gateway: GatewayID, weight: Thousandths) {
    mixedGateway = murmurFinalizer(gateway.rawValue)
    slowness = weight.rawValue == 0 ? 0 : .max / UInt64(weight.rawValue)
    boundingSlowness = FixedPointLogarithm.multiplied(slowness)
  }

  /// The pair's hash, of which the upper 56 bits are h.
  @inline(__always)
  func hash(of vni: VNI) -> UInt64 { murmurFinalizer(mixedGateway ^ UInt64(vni.rawValue)) }

  /// −log₂ h / weight: at most 2⁶³; beyond that for weight 0, so that those come after all others.
  @inline(__always)
  func time(forHash hash: UInt64, _ segments: Span<FixedPointLogarithm.Segment>) -> UInt64 {
    guard slowness != 0 else { return ~(hash >> 2) }
    return FixedPointLogarithm.negative(of: hash, segments).multipliedFullWidth(by: slowness).high
  }

  /// By one multiplication a time that `time(forHash: hash)` is at least, give or take `boundError`: −ln h ≥ 1 − h.
  @inline(__always)
  func lowerBound(forHash hash: UInt64) -> UInt64 {
    // For weight 0 the bound is 0, which is below every time.
    (~hash & ~0xFF).multipliedFullWidth(by: boundingSlowness).high
  }

  /// By how much a lower bound may be above the time: the logarithm's error of two units, and what rounding does.
  static let boundError: UInt64 = 4

  /// Whoever has a lower bound of this or more does not beat `best`.
  @inline(__always)
  static func limit(for best: UInt64) -> UInt64 {
    let (limit, isBeyond) = best.addingReportingOverflow(boundError)
    return isBeyond ? .max : limit
  }
}
