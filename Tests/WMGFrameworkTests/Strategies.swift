import WMGFramework

private func mix(_ value: UInt64) -> UInt64 {
  var x = value &* 0x9E37_79B9_7F4A_7C15
  x ^= x >> 29
  x &*= 0xBF58_476D_1CE4_E5B9
  return x ^ x >> 32
}

/// A scoring strategy; few distinct scores make ties.
struct MixingStrategy: ScoringStrategy {
  var distinctScores = UInt64.max

  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    for index in vnis.indices {
      scores[index] = mix(mix(gateways[index].rawValue) ^ UInt64(vnis[index].rawValue)) % distinctScores
    }
  }
}

/// A strategy that cannot score: in turns.
struct RoundRobin: AssignmentStrategy {
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    for index in vnis.indices { owners[index] = UInt16(Int(vnis[index].rawValue) % gateways.count) }
  }

  func advice(for gateways: Span<GatewayID>) -> String? { "\(gateways.count) in turns" }
}

/// A strategy that is wrong: it names gateways that are not there.
struct OutOfRange: ScoringStrategy {
  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    MixingStrategy().score(vnis, gateways, into: &scores)
  }

  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    for index in vnis.indices { owners[index] = UInt16(gateways.count) + 5 }
  }
}
