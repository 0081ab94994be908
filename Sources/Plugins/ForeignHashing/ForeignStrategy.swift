public import WMGFramework

/// Highest random weight by a function of a shared library: score(v, u) is what the function returns for the pair.
///
/// Results are compared in the order of their own type (`i64` −1 is below 0; NaN is below everything); the greatest owns,
/// ties go to the lowest uid.
public struct ForeignStrategy: ScoringStrategy {
  private let function: ForeignFunction

  /// A strategy that calls this function; it must be deterministic and safe to call from any thread.
  public init(_ function: ForeignFunction) {
    self.function = function
  }

  /// The score of every pair, at the same positions.
  public func score(
    _ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>
  ) {
    precondition(
      vnis.count == gateways.count && vnis.count == scores.count, "one VNI, gateway and score per pair")
    let memory = CallMemory.allocate(for: function)
    defer { memory.deallocate() }
    switch function.route {
    case .direct: Self.score(vnis, gateways, into: &scores, by: DirectCall(function, memory))
    case .libffi: Self.score(vnis, gateways, into: &scores, by: LibffiCall(function, memory))
    }
  }

  /// The full pass: one call per pair, and nothing kept of it but the best.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    precondition(owners.count == vnis.count, "one owner per VNI")
    precondition(1...65_535 ~= gateways.count, "1 to 65,535 gateways")
    let memory = CallMemory.allocate(for: function)
    defer { memory.deallocate() }
    switch function.route {
    case .direct: Self.assign(vnis, to: gateways, owners: &owners, by: DirectCall(function, memory))
    case .libffi: Self.assign(vnis, to: gateways, owners: &owners, by: LibffiCall(function, memory))
    }
  }

  /// Warns of a function that does not share VNIs out evenly among these gateways.
  public func advice(for gateways: Span<GatewayID>) -> String? {
    // More say nothing new, and would cost more than a view is worth.
    let gateways = gateways.extracting(first: 16)
    guard gateways.count > 1 else { return nil }
    let vnisPerGateway = 64
    let vnis = (1...UInt32(vnisPerGateway * gateways.count)).compactMap { VNI(rawValue: $0) }
    var owners = [UInt16](repeating: 0, count: vnis.count)
    var span = owners.mutableSpan
    assign(vnis.span, to: gateways, owners: &span)
    let counts = owners.reduce(into: [Int](repeating: 0, count: gateways.count)) { $0[Int($1)] += 1 }
    // Of an even function four standard deviations, each an eighth of the mean, are not seen in a lifetime.
    guard let most = counts.max(), most > vnisPerGateway * 3 / 2 else { return nil }
    return """
      the function shares the VNIs out unevenly: of VNIs 1-\(vnis.count) and \(gateways.count) gateways, one gets \
      \(most), where \(vnisPerGateway) is the mean; its greatest results decide, so their high bits must be well mixed
      """
  }

  @inline(__always)
  private static func score(
    _ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>,
    by call: some PairCall
  ) {
    for position in vnis.indices {
      scores[position] = call.score(UInt64(vnis[position].rawValue), gateways[position].rawValue)
    }
  }

  @inline(__always)
  private static func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>,
    by call: some PairCall
  ) {
    for position in vnis.indices {
      let vni = UInt64(vnis[position].rawValue)
      var owner = 0
      var best = call.score(vni, gateways[0].rawValue)
      for candidate in 1..<gateways.count {
        let rival = call.score(vni, gateways[candidate].rawValue)
        if rival > best {
          best = rival
          owner = candidate
        }
      }
      owners[position] = UInt16(truncatingIfNeeded: owner)
    }
  }
}
