import RendezvousHashing
public import WMGFramework

/// Rendezvous hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2016): with K VNIs and N gateways, none
/// owns more than ⌈K / N · (1 + ε)⌉.
///
/// VNIs are given out in ascending order, each to the first of its ranking that is not full. Who is full does not
/// change back within a pass, so a full gateway is taken out of the race, and no ranking is ever sorted: the pass costs
/// at most as much as an unbounded one.
///
/// The answer for a VNI depends on all VNIs of the call.
public struct BoundedRendezvousStrategy: AssignmentStrategy {
  /// The ε of the bound.
  public let epsilon: Thousandths

  /// A strategy that leaves every gateway this much room above the mean.
  public init(epsilon: Thousandths) {
    self.epsilon = epsilon
  }

  /// The most VNIs that a gateway may own.
  public func capacity(vnis: Int, gateways: Int) -> Int {
    let room = vnis * (1000 + Int(epsilon.rawValue))
    return (room + 1000 * gateways - 1) / (1000 * gateways)
  }

  /// One pass in ascending order of VNIs.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    precondition(owners.count == vnis.count, "one owner per VNI")
    var open = OpenGateways(gateways, capacity: capacity(vnis: vnis.count, gateways: gateways.count))
    for position in vnis.indices { owners[position] = open.takeBest(for: UInt64(vnis[position].rawValue)) }
  }
}

/// The gateways that have room left, in ascending order of uid.
private struct OpenGateways {
  private var mixed: [UInt64] = []
  private var indices: [UInt16] = []
  private var room: [Int]

  init(_ gateways: Span<GatewayID>, capacity: Int) {
    for index in gateways.indices {
      mixed.append(murmurFinalizer(gateways[index].rawValue))
      indices.append(UInt16(index))
    }
    room = [Int](repeating: capacity, count: gateways.count)
  }

  /// The index of the gateway with the greatest score, the lowest uid among equals; takes one place of it.
  @inline(__always)
  mutating func takeBest(for vni: UInt64) -> UInt16 {
    let best = best(for: vni)
    let index = indices[best]
    room[best] -= 1
    if room[best] == 0 { close(best) }
    return index
  }

  @inline(__always)
  private func best(for vni: UInt64) -> Int {
    let mixed = mixed.span
    var best = 0
    var greatest = murmurFinalizer(mixed[0] ^ vni)
    for candidate in 1..<mixed.count {
      let score = murmurFinalizer(mixed[candidate] ^ vni)
      if score > greatest {
        greatest = score
        best = candidate
      }
    }
    return best
  }

  private mutating func close(_ place: Int) {
    // The capacities add up to at least the number of VNIs, so the last of the last gateway's places is the last of all.
    guard mixed.count > 1 else { return }
    mixed.remove(at: place)
    indices.remove(at: place)
    room.remove(at: place)
  }
}
