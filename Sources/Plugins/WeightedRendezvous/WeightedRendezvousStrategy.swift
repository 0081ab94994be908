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
      scores[position] = ~racer.time(for: vnis[position], segments)
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
      let vni = vnis[position]
      var owner = 0
      var best = field[0].time(for: vni, segments)
      for candidate in 1..<field.count where field[candidate].mayBeat(best, for: vni) {
        let time = field[candidate].time(for: vni, segments)
        if time < best {
          best = time
          owner = candidate
        }
      }
      owners[position] = UInt16(truncatingIfNeeded: owner)
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
private struct Racer {
  let mixedGateway: UInt64
  /// 2⁶⁴ / (weight in thousandths), which spares a division per pair; 0 for weight 0.
  let slowness: UInt64

  init(_ gateway: GatewayID, weight: Thousandths) {
    mixedGateway = murmurFinalizer(gateway.rawValue)
    slowness = weight.rawValue == 0 ? 0 : .max / UInt64(weight.rawValue)
  }

  /// −log₂ h / weight: at most 2⁶³; beyond that for weight 0, so that those come after all others.
  @inline(__always)
  func time(for vni: VNI, _ segments: Span<FixedPointLogarithm.Segment>) -> UInt64 {
    let hash = murmurFinalizer(mixedGateway ^ UInt64(vni.rawValue))
    guard slowness != 0 else { return ~(hash >> 2) }
    return FixedPointLogarithm.negative(of: hash, segments).multipliedFullWidth(by: slowness).high
  }

  /// Whether `time(for: vni)` may be less than `best`; certain where it says no.
  @inline(__always)
  func mayBeat(_ best: UInt64, for vni: VNI) -> Bool {
    let hash = murmurFinalizer(mixedGateway ^ UInt64(vni.rawValue))
    // Slowness 0 makes the bound 0, which is below every time.
    return FixedPointLogarithm.lowerBound(of: hash).multipliedFullWidth(by: slowness).high < best
  }
}
