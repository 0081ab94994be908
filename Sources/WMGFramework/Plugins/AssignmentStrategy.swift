/// Decides, without a vote, which gateway owns which VNI.
///
/// Every gateway asks its own copy. They agree because a strategy is
/// - **deterministic**: the answer depends on the arguments alone, on every machine;
/// - **order-independent**: gateways come sorted by uid, and the answer for a VNI does not depend on which other VNIs
///   are asked for in the same call (unless the strategy says so);
/// - **total**: every VNI gets one of the gateways.
public protocol AssignmentStrategy: Sendable {
  /// Writes, for each VNI, the index of its owner in `gateways`.
  ///
  /// One call per pass: nothing here is per VNI but the loop inside.
  ///
  /// - Parameters:
  ///   - vnis: In ascending order.
  ///   - gateways: In ascending order, 1…65,535 of them, without duplicates.
  ///   - owners: As long as `vnis`.
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>)

  /// What an operator should know of this strategy in this fleet, or `nil`; logged once per distinct text.
  func advice(for gateways: Span<GatewayID>) -> String?
}

extension AssignmentStrategy {
  /// Nothing to say.
  public func advice(for gateways: Span<GatewayID>) -> String? { nil }
}

/// A strategy that ranks gateways per VNI by a score of the pair alone: highest random weight (Thaler and Ravishankar,
/// 1998) and its relatives.
///
/// The greatest score owns, ties go to the lowest uid. Such a strategy gets incremental reassignment for free: a
/// gateway that joins costs one score per VNI, one that leaves costs scores for its own VNIs only.
public protocol ScoringStrategy: AssignmentStrategy {
  /// Writes the score of each pair `(vnis[i], gateways[i])`; all three spans have the same length.
  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>)
}

extension ScoringStrategy {
  /// The full pass by pairwise scores; a strategy with a tighter loop brings its own.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    // Few enough for the first-level cache.
    let chunk = 1024
    var best = [UInt64](repeating: 0, count: chunk)
    var scores = best
    var candidate = [GatewayID](repeating: gateways[0], count: chunk)
    for start in stride(from: 0, to: vnis.count, by: chunk) {
      let length = min(chunk, vnis.count - start)
      if length < scores.count { scores.removeLast(scores.count - length) }
      let part = vnis.extracting(start..<(start + length))
      for index in 0..<gateways.count {
        for position in 0..<length { candidate[position] = gateways[index] }
        var span = scores.mutableSpan
        score(part, candidate.span.extracting(0..<length), into: &span)
        for position in 0..<length where index == 0 || scores[position] > best[position] {
          best[position] = scores[position]
          owners[start + position] = UInt16(index)
        }
      }
    }
  }
}
