public import WMGFramework

/// The VNIs that change hands when a fleet changes.
public struct Moves: Hashable, Sendable {
  /// VNIs that have one owner before and another after.
  public struct Flow: Hashable, Sendable {
    /// Who owns them before.
    public let from: GatewayID
    /// Who owns them after; the same as `from` for those that stay.
    public let to: GatewayID
    /// How many.
    public let count: Int
  }

  /// VNIs of gateways that leave: they have to move.
  public let fromRemoved: Int
  /// VNIs that a gateway that joins takes from those that stay.
  public let toAdded: Int
  /// VNIs that go from one gateway that stays to another that stays.
  public let betweenStaying: Int
  /// The fewest VNIs that must change hands to get from the loads before to the loads after: the sum of what each
  /// gateway has more than before, Σ max(0, afterᵢ − beforeᵢ).
  ///
  /// No assignment with these loads moves fewer, and weights and caps are in it, since they are in the loads. When one
  /// gateway leaves, a strategy that moves nothing but its VNIs reaches it, and so does one that moves nothing but the
  /// joiner's. When one leaves while another joins, the least would be to hand the leaver's VNIs to the joiner as they
  /// are, which nothing can do that does not remember.
  public let least: Int
  /// Who gives how many to whom, those that stay included, without empty ones; `nil` for fleets of which a table of
  /// everyone by everyone has more than `largestFlowTable` entries.
  public let flows: [Flow]?

  /// The number of pairs (gateway before, gateway after) up to which `flows` are kept.
  public static let largestFlowTable = 1 << 18

  /// All VNIs that change hands.
  public var total: Int { fromRemoved + toAdded + betweenStaying }

  /// `total` in units of `least`; `nil` when nothing has to move.
  public var ratio: Double? { least > 0 ? Double(total) / Double(least) : nil }

  /// Compares owners before and after, position by position: indices into `change.before` and `change.after`.
  public init(_ change: FleetChange, before: Span<UInt16>, after: Span<UInt16>) {
    precondition(before.count == after.count, "the same VNIs before and after")
    let placesAfter = Dictionary(uniqueKeysWithValues: change.after.enumerated().map { ($1, $0) })
    let present = Set(change.before)
    // Where a gateway that is there before is after; none is at −1.
    let place = change.before.map { placesAfter[$0] ?? -1 }
    let joins = change.after.map { !present.contains($0) }
    let width = change.after.count
    let hasTable = change.before.count * width <= Self.largestFlowTable
    var table = [Int](repeating: 0, count: hasTable ? change.before.count * width : 0)
    var loadsBefore = [Int](repeating: 0, count: change.before.count)
    var loadsAfter = [Int](repeating: 0, count: width)
    var (fromRemoved, toAdded, betweenStaying) = (0, 0, 0)
    for position in before.indices {
      let (old, new) = (Int(before[position]), Int(after[position]))
      loadsBefore[old] += 1
      loadsAfter[new] += 1
      if hasTable { table[old * width + new] += 1 }
      if place[old] == new { continue }
      if place[old] < 0 {
        fromRemoved += 1
      } else if joins[new] {
        toAdded += 1
      } else {
        betweenStaying += 1
      }
    }
    (self.fromRemoved, self.toAdded, self.betweenStaying) = (fromRemoved, toAdded, betweenStaying)
    var gains = loadsAfter
    for (old, new) in place.enumerated() where new >= 0 { gains[new] -= loadsBefore[old] }
    least = gains.reduce(0) { $0 + max(0, $1) }
    flows =
      !hasTable
      ? nil
      : table.indices.compactMap { index in
        guard table[index] > 0 else { return nil }
        return Flow(
          from: change.before[index / width], to: change.after[index % width], count: table[index])
      }
  }
}
