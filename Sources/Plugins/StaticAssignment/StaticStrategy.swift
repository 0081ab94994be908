import RendezvousHashing
public import WMGFramework

/// A table says who owns what: of the gateways that it lists for a VNI, the first that is alive.
///
/// Where none of them is alive, and for VNIs that are not listed, the greatest hash owns, as in `rendezvous-mixed`. So
/// every VNI has one ranking of all gateways: first those listed, in their order, then all others by hash.
public struct StaticStrategy: ScoringStrategy {
  private let table: OwnerTable

  /// A strategy by a table.
  public init(_ table: OwnerTable) {
    self.table = table
  }

  /// The score of every pair, at the same positions: 2⁶⁴ − 1 for the first listed, one less for each further; hashes are
  /// below 2⁶³.
  public func score(
    _ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>
  ) {
    precondition(
      vnis.count == gateways.count && vnis.count == scores.count, "one VNI, gateway and score per pair")
    var walk = TableWalk(table.entries)
    for position in vnis.indices {
      let gateway = gateways[position]
      let rank = walk.owners(of: vnis[position])?.firstIndex(of: gateway)
      scores[position] =
        rank.map { .max - UInt64($0) }
        ?? murmurFinalizer(murmurFinalizer(gateway.rawValue) ^ UInt64(vnis[position].rawValue)) >> 1
    }
  }
}

/// Finds the entries of ascending VNIs one after the other, and those of any by a search.
private struct TableWalk {
  private let entries: [OwnerTable.Entry]
  private var place = 0

  init(_ entries: [OwnerTable.Entry]) {
    self.entries = entries
  }

  mutating func owners(of vni: VNI) -> [GatewayID]? {
    let isBehind = place > 0 && vni <= entries[place - 1].vnis.upperBound
    if isBehind || (place < entries.count && vni > entries[place].vnis.upperBound) { place = search(vni) }
    guard place < entries.count, entries[place].vnis.contains(vni) else { return nil }
    return entries[place].owners
  }

  /// The first entry that does not end below `vni`.
  private func search(_ vni: VNI) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].vnis.upperBound < vni { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
