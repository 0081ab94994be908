import RendezvousHashing
public import WMGFramework

/// A table says who owns what: of the gateways that it lists for a VNI, the first that is alive.
///
/// Where none of them is alive, and for VNIs that are not listed, the greatest hash owns, as in `rendezvous-mixed`. So
/// every VNI has one ranking of all gateways: first those listed, in their order, then all others by hash.
public struct StaticStrategy: ScoringStrategy {
  let table: OwnerTable

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
      // Taken out of their spans here: Swift 6.3.1, optimising, fails on a span inside of what `??` may not evaluate.
      let (vni, gateway) = (vnis[position], gateways[position])
      let rank = walk.entry(of: vni).flatMap { table.entries[$0].owners.firstIndex(of: gateway) }
      scores[position] =
        rank.map { .max - UInt64($0) } ?? Self.fallback(vni, murmurFinalizer(gateway.rawValue))
    }
  }

  /// The full pass; looks for the living among those listed once per entry.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    precondition(owners.count == vnis.count, "one owner per VNI")
    var places: [GatewayID: Int] = [:]
    var mixed: [UInt64] = []
    for index in gateways.indices {
      places[gateways[index]] = index
      mixed.append(murmurFinalizer(gateways[index].rawValue))
    }
    let preferred = table.entries.map { entry in entry.owners.lazy.compactMap { places[$0] }.first }
    let seeds = mixed.span
    var walk = TableWalk(table.entries)
    for position in vnis.indices {
      let vni = vnis[position]
      let owner = walk.entry(of: vni).flatMap { preferred[$0] }
      if let owner {
        owners[position] = UInt16(truncatingIfNeeded: owner)
      } else {
        owners[position] = UInt16(truncatingIfNeeded: Self.greatestFallback(vni, seeds))
      }
    }
  }

  /// Below every listed gateway's score.
  @inline(__always)
  private static func fallback(_ vni: VNI, _ mixedGateway: UInt64) -> UInt64 {
    murmurFinalizer(mixedGateway ^ UInt64(vni.rawValue)) >> 1
  }

  @inline(__always)
  private static func greatestFallback(_ vni: VNI, _ seeds: Span<UInt64>) -> Int {
    var owner = 0
    var best = fallback(vni, seeds[0])
    for candidate in 1..<seeds.count {
      let rival = fallback(vni, seeds[candidate])
      if rival > best {
        best = rival
        owner = candidate
      }
    }
    return owner
  }
}

/// Finds the entries of ascending VNIs one after the other, and those of any by a search.
private struct TableWalk {
  private let entries: [OwnerTable.Entry]
  private var place = 0

  init(_ entries: [OwnerTable.Entry]) {
    self.entries = entries
  }

  /// The place of the entry that has this VNI.
  mutating func entry(of vni: VNI) -> Int? {
    let isBehind = place > 0 && vni <= entries[place - 1].vnis.upperBound
    if isBehind || (place < entries.count && vni > entries[place].vnis.upperBound) { place = search(vni) }
    return place < entries.count && entries[place].vnis.contains(vni) ? place : nil
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
