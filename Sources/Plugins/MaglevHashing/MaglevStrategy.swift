import RendezvousHashing
public import WMGFramework

/// Maglev hashing (Eisenbud et al., NSDI 2016): gateways fill a table of 65,537 slots in turns, and a VNI belongs to
/// whom its slot belongs to.
///
/// Each gateway prefers the slots in an order of its own and takes, at its turn, the first that is free; so all have as
/// many slots as any, give or take one. When one leaves, its slots are filled anew, and a few others change hands.
public struct MaglevStrategy: AssignmentStrategy {
  /// How many slots there are: a prime, so that every stride visits all of them.
  public static let slotCount = 65_537

  /// The one there is: it has no state and no parameters.
  public init() {}

  /// Fills the table, then looks every VNI up.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    precondition(owners.count == vnis.count, "one owner per VNI")
    let slots = Self.slots(gateways)
    for position in vnis.indices {
      let hash = murmurFinalizer(UInt64(vnis[position].rawValue))
      owners[position] = slots[Int(truncatingIfNeeded: hash % UInt64(Self.slotCount))]
    }
  }

  /// The index of the gateway of each slot.
  ///
  /// Even 65,535 gateways, who take one turn each, need only about 800,000 looks at slots: the fuller the table, the
  /// fewer are still to come.
  private static func slots(_ gateways: Span<GatewayID>) -> [UInt16] {
    // No index: there are at most 65,535 gateways.
    let free = UInt16.max
    var slots = [UInt16](repeating: free, count: slotCount)
    var preferences: [Preference] = []
    preferences.reserveCapacity(gateways.count)
    for index in gateways.indices { preferences.append(Preference(of: gateways[index])) }
    var filled = 0
    while filled < slotCount {
      for index in preferences.indices where filled < slotCount {
        while slots[preferences[index].slot] != free { preferences[index].advance() }
        slots[preferences[index].slot] = UInt16(truncatingIfNeeded: index)
        filled += 1
      }
    }
    return slots
  }
}

/// The order in which one gateway prefers slots: an offset and a stride, from two hashes of its uid.
private struct Preference {
  private(set) var slot: Int
  private let stride: Int

  init(of gateway: GatewayID) {
    let count = UInt64(MaglevStrategy.slotCount)
    let hash = murmurFinalizer(gateway.rawValue)
    slot = Int(hash % count)
    // Hashed once more, so that the stride is not a matter of the offset.
    stride = Int(murmurFinalizer(hash ^ 0x9E37_79B9_7F4A_7C15) % (count - 1)) + 1
  }

  mutating func advance() {
    slot += stride
    if slot >= MaglevStrategy.slotCount { slot -= MaglevStrategy.slotCount }
  }
}
