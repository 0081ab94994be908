public import WMGFramework

/// An IPv4 address of an interface (RTM_NEWADDR).
public struct InterfaceAddress: Hashable, Sendable {
  /// The interface.
  public var index: Int32
  /// The address itself, not that of a point-to-point peer.
  public var address: IPv4Address
  /// The length of the prefix, 0…32.
  public var prefixLength: UInt8

  /// One address of one interface.
  public init(index: Int32, address: IPv4Address, prefixLength: UInt8) {
    self.index = index
    self.address = address
    self.prefixLength = prefixLength
  }
}
