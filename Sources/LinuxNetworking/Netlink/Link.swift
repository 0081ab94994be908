/// A network interface as rtnetlink describes it (RTM_NEWLINK): the fields that a gateway looks at.
public struct Link: Hashable, Sendable {
  /// The interface's number in its namespace; never used again for another one that lives.
  public var index: Int32
  /// Its name, at most 15 bytes. Names change; see `LinkTable`.
  public var name: String
  /// What it is: `macvlan`, `veth`, `bridge`; empty for a physical device.
  public var kind: String = ""
  /// The macvlan's mode; `nil` if it is none.
  public var macvlanMode: MacvlanMode?
  /// Its Ethernet address; `nil` if it has none.
  public var address: MACAddress?
  /// IFF_*.
  public var flags: LinkFlags = []
  /// RFC 2863 state, set asynchronously by the kernel's linkwatch.
  public var operationalState: OperationalState = .unknown
  /// Whether the device itself has carrier, whatever the flags say.
  public var hasCarrier = false
  /// Whether protodown is set. Not whether it works: a lower device that comes back lifts the carrier all the same.
  public var isProtoDown = false
  /// Who keeps protodown set: one bit per program, as in /etc/iproute2/protodown_reasons.d.
  public var protoDownReasons: UInt32 = 0
  /// The lower device, or the peer of a veth; `nil` if there is none.
  public var lowerIndex: Int32?
  /// Whether `lowerIndex` counts in another namespace.
  public var isLowerElsewhere = false
  /// The bridge or bond that this is a port of.
  public var masterIndex: Int32?

  /// Whether the bridge that this is a port of learns MACs from it; `nil` if it is no bridge's port.
  public var isLearning: Bool?

  /// An interface of which only index and name are known.
  public init(index: Int32, name: String) {
    self.index = index
    self.name = name
  }
}

/// The flags of an interface.
public struct LinkFlags: OptionSet, Hashable, Sendable {
  /// The flags as the kernel gives them.
  public let rawValue: UInt32
  /// Takes the flags as the kernel gives them.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// IFF_UP: an administrator wants it up.
  public static let adminUp = LinkFlags(rawValue: 1 << 0)
  /// IFF_RUNNING: up, and operational state UP or unknown.
  public static let running = LinkFlags(rawValue: 1 << 6)
  /// IFF_LOWER_UP: up, and carrier is there.
  public static let lowerUp = LinkFlags(rawValue: 1 << 16)
}

/// An interface's operational state (RFC 2863, IF_OPER_*).
public enum OperationalState: UInt8, Hashable, Sendable {
  /// The driver says nothing; taken as up where carrier is there.
  case unknown
  /// It is not there.
  case notPresent
  /// Down.
  case down
  /// Down because of the interface beneath.
  case lowerLayerDown
  /// In a test.
  case testing
  /// It waits for something external.
  case dormant
  /// It passes packets.
  case up
}

/// How macvlans on one lower device see each other (MACVLAN_MODE_*).
public enum MacvlanMode: UInt32, Hashable, Sendable {
  /// They do not.
  case `private` = 1
  /// Through the switch at the other end.
  case vepa = 2
  /// Directly.
  case bridge = 4
  /// There is one, and it has the lower device to itself.
  case passthrough = 8
  /// By source address.
  case source = 16
}
