public import WMGFramework

/// A fleet before and after some gateways leave and others join, all at once.
public struct FleetChange: Hashable, Sendable {
  /// Who is there before, ascending; at least one.
  public let before: [GatewayID]
  /// Who is there after, ascending; at least one.
  public let after: [GatewayID]

  /// A change from one set of gateways to another; both may come in any order, neither may be empty.
  public init(from before: some Sequence<GatewayID>, to after: some Sequence<GatewayID>) {
    self.before = Set(before).sorted()
    self.after = Set(after).sorted()
    precondition(!self.before.isEmpty && !self.after.isEmpty, "a fleet has a gateway")
  }

  /// Who leaves, ascending.
  public var removed: [GatewayID] {
    let staying = Set(after)
    return before.filter { !staying.contains($0) }
  }

  /// Who joins, ascending.
  public var added: [GatewayID] {
    let present = Set(before)
    return after.filter { !present.contains($0) }
  }

  /// Everyone who is there before or after, ascending.
  public var everyone: [GatewayID] { Set(before + after).sorted() }

  /// Whether nobody leaves and nobody joins.
  public var isNone: Bool { before == after }
}
