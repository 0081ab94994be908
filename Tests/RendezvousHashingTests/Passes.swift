import WMGFramework

/// The owner of each VNI, by the strategy's full pass.
func owners(_ strategy: some AssignmentStrategy, _ vnis: [VNI], _ gateways: [GatewayID]) -> [GatewayID] {
  var indices = [UInt16](repeating: .max, count: vnis.count)
  var span = indices.mutableSpan
  strategy.assign(vnis.span, to: gateways.span, owners: &span)
  return indices.map { gateways[Int($0)] }
}

/// The score of one pair.
func score(_ strategy: some ScoringStrategy, _ vni: UInt32, _ uid: UInt64) -> UInt64 {
  let vnis = [VNI(rawValue: vni)!]
  let gateways = [GatewayID(rawValue: uid)!]
  var scores: [UInt64] = [0]
  var span = scores.mutableSpan
  strategy.score(vnis.span, gateways.span, into: &span)
  return scores[0]
}

func uids(_ numbers: some Sequence<UInt64>) -> [GatewayID] {
  numbers.map { GatewayID(rawValue: $0)! }.sorted()
}

/// VNIs 1 to `count`.
func vnis(_ count: UInt32) -> [VNI] {
  Array(VNISet(VNI.min...VNI(rawValue: count)!))
}

/// Reproducible random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
