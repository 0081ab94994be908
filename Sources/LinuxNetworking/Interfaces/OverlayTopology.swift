/// How a VNI's macvlan reaches the overlay's bridge.
public enum OverlayTopology: Hashable, Sendable {
  /// The macvlan sits on the bridge itself. The bridge never learns the virtual MAC; a routing daemon that advertises
  /// it follows the macvlan's carrier.
  case direct(bridge: String)
  /// The macvlan sits on the outer end of a veth pair whose inner end is a port of the bridge. The bridge learns the
  /// virtual MAC from gratuitous ARP, and has to forget it when the macvlan goes.
  case veth(bridge: String, port: Int32)
  /// No bridge can be seen: a physical device, a VLAN, a lower device in another namespace.
  case other

  /// The topology of a macvlan among the interfaces of its namespace.
  public init(of macvlan: Link, in links: LinkTable) {
    self = .other
    guard !macvlan.isLowerElsewhere, let lower = macvlan.lowerIndex.flatMap({ links[$0] }) else { return }
    if lower.kind == "bridge" {
      self = .direct(bridge: lower.name)
    } else if lower.kind == "veth", !lower.isLowerElsewhere,
      let port = lower.lowerIndex.flatMap({ links[$0] }),
      let bridge = port.masterIndex.flatMap({ links[$0] }), bridge.kind == "bridge"
    {
      self = .veth(bridge: bridge.name, port: port.index)
    }
  }

  /// The overlay's bridge, where one can be seen.
  public var bridge: String? {
    switch self {
    case .direct(let bridge), .veth(let bridge, _): bridge
    case .other: nil
    }
  }
}
