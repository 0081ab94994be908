public import WMGFramework

/// How a gateway's macvlan reaches its overlay in an EVPN fabric.
public enum FabricTopology: String, Sendable, CaseIterable {
  /// The macvlan sits on the overlay's bridge, and bgpd has `advertise-default-gw`: zebra follows the macvlan's carrier
  /// and announces MAC and address without any gratuitous ARP.
  case direct
  /// The macvlan sits on the outer end of a veth pair whose inner end is a port of the bridge: gratuitous ARP teaches
  /// the bridge, and zebra announces the MAC that the bridge has learned.
  case veth
}

/// What bgpd makes of a MAC that moves 5 times within 180 s (RFC 7432 section 15.1).
public enum DuplicateAddressDetection: Hashable, Sendable, CaseIterable {
  /// Nothing; for tests that move the same VNIs many times in one fabric.
  case off
  /// It warns, which is its default.
  case warning
  /// It warns and freezes the MAC where it is, until that is cleared.
  case freezing
}

/// What an EVPN fabric should have.
public struct FabricConfiguration: Sendable {
  /// How many gateways, 2…4.
  public var gatewayCount: Int
  /// The overlays. A thousand take some seconds to build.
  public var vnis: VNISet
  /// How macvlans reach their overlays.
  public var topology: FabricTopology
  /// Whether BGP sessions are watched by BFD, 3 × 100 ms; without, a dead peer is noticed after BGP's hold time, 3 s.
  public var hasBFD: Bool
  /// What bgpd makes of a MAC that moves too often.
  public var duplicateAddressDetection: DuplicateAddressDetection
  /// How long gateways wait for an answer to an ARP request before they ask again
  /// (`net.ipv4.neigh.<interface>.retrans_time_ms`; the kernel's default is 1 s). Clients keep the kernel's default.
  public var neighbourRetransmission: Duration
  /// Whether the gateways' daemons have the effector `frr`. In the direct topology it then says for which VNIs bgpd
  /// advertises the gateway; otherwise `advertise-default-gw` is there for all.
  public var hasFRRHook: Bool
  /// The first part of every namespace's name; the second is our pid.
  public var prefix: String

  /// Two gateways with BFD and duplicate-address detection, unless told otherwise.
  public init(
    gatewayCount: Int = 2, vnis: VNISet, topology: FabricTopology = .direct, hasBFD: Bool = true,
    duplicateAddressDetection: DuplicateAddressDetection = .warning,
    neighbourRetransmission: Duration = .milliseconds(100),
    hasFRRHook: Bool = true, prefix: String = "wmgevpn"
  ) {
    self.gatewayCount = gatewayCount
    self.vnis = vnis
    self.topology = topology
    self.hasBFD = hasBFD
    self.duplicateAddressDetection = duplicateAddressDetection
    self.neighbourRetransmission = neighbourRetransmission
    self.hasFRRHook = hasFRRHook
    self.prefix = prefix
  }
}
