public import WMGFramework

/// Highest random weight (Thaler and Ravishankar, 1998) exactly as the older Go daemon computes it, so that both can
/// serve in one fleet: score(v, u) = murmurFinalizer(v · u mod 2⁶⁴).
///
/// The product makes it even for random 64-bit uids and uneven for uids in small ratios, such as 1 and 2, because
/// score(v, 2u) = score(2v, u). `RendezvousMixedStrategy` has no such weakness.
public struct RendezvousStrategy: ScoringStrategy {
  private let vectors: VectorHashing?

  /// The one there is; it has no parameters that change what it decides.
  ///
  /// - Parameter usesVectors: Whether to use the processor's vector instructions (AVX2) where it has them.
  public init(usesVectors: Bool = true) {
    vectors = usesVectors ? VectorHashing(.product) : nil
  }

  /// The score of every pair, at the same positions.
  public func score(
    _ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>
  ) {
    if let vectors { return vectors.writeScores(vnis, gateways, into: &scores) }
    precondition(
      vnis.count == gateways.count && vnis.count == scores.count, "one VNI, gateway and score per pair")
    for position in vnis.indices {
      // In range by the precondition; asked anew for each pair, it costs a quarter of the time.
      scores[unchecked: position] = Self.pairScore(
        UInt64(vnis[unchecked: position].rawValue), gateways[unchecked: position])
    }
  }

  /// The full pass, about 2 ns per pair, with vectors 1 ns.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    if let vectors { return vectors.writeHighestScorers(vnis, seeds: gateways, owners: &owners) }
    writeHighestScorers(vnis, seeds: gateways, owners: &owners, score: Self.pairScore)
  }

  /// Warns of uids that share small multiples.
  public func advice(for gateways: Span<GatewayID>) -> String? {
    guard sharesSmallMultiples(gateways) else { return nil }
    return """
      these uids are too small, or multiples of each other: 'rendezvous' would share the VNIs out unevenly; give \
      every gateway a random uid (leave out -uid), or use --strategy rendezvous-mixed on all of them
      """
  }

  @inline(__always)
  private static func pairScore(_ vni: UInt64, _ gateway: GatewayID) -> UInt64 {
    murmurFinalizer(vni &* gateway.rawValue)
  }
}
