public import WMGFramework

/// The IPv4 addresses of a namespace's interfaces.
public struct AddressTable {
  private var addresses: [Int32: [InterfaceAddress]] = [:]

  /// A table of these addresses.
  public init(_ addresses: some Sequence<InterfaceAddress> = EmptyCollection()) {
    for address in addresses { insert(address) }
  }

  /// The addresses of one interface, in the order they were added.
  public subscript(index: Int32) -> [IPv4Address] { addresses[index]?.map(\.address) ?? [] }

  /// Whether an interface has an address.
  public func hasAddress(_ index: Int32) -> Bool { addresses[index] != nil }

  /// Adds an address. Returns whether it is new; the kernel announces changed lifetimes as new addresses.
  @discardableResult
  public mutating func insert(_ address: InterfaceAddress) -> Bool {
    guard addresses[address.index]?.contains(address) != true else { return false }
    addresses[address.index, default: []].append(address)
    return true
  }

  /// Takes an address out. Returns whether it was there.
  @discardableResult
  public mutating func remove(_ address: InterfaceAddress) -> Bool {
    guard let position = addresses[address.index]?.firstIndex(of: address) else { return false }
    addresses[address.index]?.remove(at: position)
    if addresses[address.index]?.isEmpty == true { addresses[address.index] = nil }
    return true
  }

  /// Takes all addresses of an interface out.
  public mutating func removeAll(of index: Int32) {
    addresses[index] = nil
  }
}
