import WMGFramework

/// The full pass of rendezvous hashing: for each VNI, the index of the seed with the greatest score.
///
/// Seeds stand for gateways in ascending order of uid, and only a strictly greater score wins, so ties go to the
/// lowest uid. `score` is inlined into the loop; nothing is called per pair.
@inline(__always)
func writeHighestScorers<Seed>(
  _ vnis: Span<VNI>, seeds: Span<Seed>, owners: inout MutableSpan<UInt16>,
  score: (_ vni: UInt64, _ seed: Seed) -> UInt64
) {
  precondition(owners.count == vnis.count, "one owner per VNI")
  precondition(1...65_535 ~= seeds.count, "1 to 65,535 gateways")
  for position in vnis.indices {
    let vni = UInt64(vnis[position].rawValue)
    var owner = 0
    var best = score(vni, seeds[0])
    for candidate in 1..<seeds.count {
      let rival = score(vni, seeds[candidate])
      if rival > best {
        best = rival
        owner = candidate
      }
    }
    owners[position] = UInt16(truncatingIfNeeded: owner)
  }
}
