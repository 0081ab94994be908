/// Where in a chain an effector belongs: a VNI goes down the chain when it is taken over, one effector after the other.
public enum ChainPlace: Int, Hashable, Sendable, CaseIterable, Comparable {
  /// It makes the interface active, so that what is sent by it leaves.
  case activation
  /// It tells the overlay's clients, which takes an active interface.
  case announcement
  /// It looks whether the fabric has heard, or tells it of what serves already.
  case confirmation

  /// From the beginning of a chain to its end.
  public static func < (lhs: ChainPlace, rhs: ChainPlace) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// Two effectors of a chain of which the first belongs after the second.
public struct ChainDisorder: Hashable, Sendable, CustomStringConvertible {
  /// The name of the one that comes too early.
  public let early: String
  /// The name of the one that it has to wait for.
  public let late: String
  /// All of the chain's names, in the order in which they belong.
  public let order: [String]

  /// The first two of these that are the wrong way round; `nil` when none are. Who belongs nowhere is never in the wrong
  /// place.
  public init?(_ chain: [any EffectorPlugin]) {
    let placed = chain.compactMap { plugin in plugin.chainPlace.map { (name: plugin.name, place: $0) } }
    for (position, first) in placed.enumerated() {
      guard let second = placed[(position + 1)...].first(where: { $0.place < first.place }) else { continue }
      early = first.name
      late = second.name
      order = Self.ordered(chain)
      return
    }
    return nil
  }

  /// One line.
  public var description: String { "\(early) comes before \(late), which it has to wait for" }

  /// Who belongs nowhere stays behind whom it is behind.
  private static func ordered(_ chain: [any EffectorPlugin]) -> [String] {
    var place = ChainPlace.activation
    let places = chain.map { plugin in
      place = plugin.chainPlace ?? place
      return (name: plugin.name, place: place)
    }
    return ChainPlace.allCases.flatMap { place in places.filter { $0.place == place }.map(\.name) }
  }
}
