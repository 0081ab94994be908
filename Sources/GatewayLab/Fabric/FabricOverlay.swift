public import WMGFramework

/// The devices of one overlay, by name; a gateway and the access point have them alike, as far as they have them.
public struct FabricOverlay: Sendable {
  /// The VNI.
  public let vni: VNI
  /// The topology of the fabric.
  public let topology: FabricTopology

  /// The overlay's bridge: `br7`.
  public var bridge: String { "br\(vni)" }
  /// The VXLAN device, a port of the bridge: `vxlan7`.
  public var vxlan: String { "vxlan\(vni)" }
  /// The macvlan that the daemon switches, on gateways: `vrrp4-7`.
  public var interface: String { "vrrp4-\(vni)" }
  /// The macvlan's lower device: `br7`, or `parent7` (the outer end of the veth pair).
  public var lower: String { topology == .direct ? bridge : "parent\(vni)" }
  /// In the veth topology, the inner end of the pair, a port of the bridge, where it learns the virtual MAC: `veth7`.
  public var port: String? { topology == .direct ? nil : "veth\(vni)" }
  /// The bridge's port to the client, on the access point: `port7`.
  public var clientPort: String { "port\(vni)" }
  /// The client's interface, in its namespace: `overlay7`.
  public var clientInterface: String { "overlay\(vni)" }
  /// The virtual MAC, the same on every gateway.
  public var virtualMAC: String { AddressPlan.virtualMAC(vni) }
}
