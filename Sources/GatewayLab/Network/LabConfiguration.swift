public import WMGFramework

/// How a gateway's macvlan reaches its overlay.
public enum LabTopology: String, Sendable, CaseIterable {
  /// The macvlan sits on the overlay's bridge, which has the VXLAN as its port.
  case direct
  /// The macvlan sits on the outer end of a veth pair whose inner end is a port of the overlay's bridge, as the older
  /// Go daemon's documentation has it.
  case veth
  /// No VXLAN and no bridges: every macvlan sits on the same link to a shared switch. Light enough for thousands.
  case light
}

/// What a lab should have.
public struct LabConfiguration: Sendable {
  /// How many gateways, 1…200.
  public var gatewayCount: Int
  /// The overlays, at most 65,536.
  public var vnis: VNISet
  /// How macvlans reach their overlays.
  public var topology: LabTopology
  /// Whether there is a client with a leg in every overlay. A light lab's client has all legs on one link.
  public var hasClient: Bool
  /// The first part of every namespace's name; the second is our pid.
  public var prefix: String

  /// A lab of three gateways and a client, unless told otherwise.
  public init(
    gatewayCount: Int = 3, vnis: VNISet, topology: LabTopology = .direct, hasClient: Bool = true,
    prefix: String = "wmglab"
  ) {
    self.gatewayCount = gatewayCount
    self.vnis = vnis
    self.topology = topology
    self.hasClient = hasClient
    self.prefix = prefix
  }
}
