public import WMGFramework

/// Highest random weight with a two-stage mix, even for any uids: score(v, u) = mix(mix(u) ⊕ v), where mix is
/// `murmurFinalizer`.
///
/// Mixing the uid first takes away all arithmetic between uids. For uids 1…4 and VNIs 1…100,000 the fullest gateway
/// has 1.005× its share; when one of uids 1…10 dies, none takes more than 1.07× its share of what is left.
public struct RendezvousMixedStrategy: ScoringStrategy {
  private let vectors: VectorHashing?

  /// The one there is; it has no parameters that change what it decides.
  ///
  /// - Parameter usesVectors: Whether to use the processor's vector instructions (AVX2) where it has them.
  public init(usesVectors: Bool = true) {
    vectors = usesVectors ? VectorHashing(.exclusiveOr) : nil
  }

  /// The score of every pair, at the same positions.
  public func score(
    _ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>
  ) {
    if let vectors { return vectors.writeScores(vnis, gateways, into: &scores) }
    precondition(
      vnis.count == gateways.count && vnis.count == scores.count, "one VNI, gateway and score per pair")
    for position in vnis.indices {
      scores[position] = Self.pairScore(
        UInt64(vnis[position].rawValue), murmurFinalizer(gateways[position].rawValue))
    }
  }

  /// The full pass; each uid is mixed once.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    var seeds: [UInt64] = []
    seeds.reserveCapacity(gateways.count)
    for index in gateways.indices { seeds.append(murmurFinalizer(gateways[index].rawValue)) }
    if let vectors { return vectors.writeHighestScorers(vnis, seeds: seeds.span, owners: &owners) }
    writeHighestScorers(vnis, seeds: seeds.span, owners: &owners, score: Self.pairScore)
  }

  @inline(__always)
  private static func pairScore(_ vni: UInt64, _ mixedGateway: UInt64) -> UInt64 {
    murmurFinalizer(mixedGateway ^ vni)
  }
}
