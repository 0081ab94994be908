import LinuxNetworking
import WMGFramework

/// What the kernel says of the VNIs' interfaces at one moment.
struct InterfaceFacts {
  var pattern: InterfaceNamePattern
  var links = LinkTable()
  var addresses = AddressTable()

  /// Reads all interfaces and addresses of this namespace.
  ///
  /// - Throws: `SystemCallError` or `NetlinkError`.
  static func read(_ pattern: InterfaceNamePattern, over connection: RouteConnection) throws -> InterfaceFacts
  {
    InterfaceFacts(
      pattern: pattern, links: LinkTable(try connection.links()),
      addresses: AddressTable(try connection.addresses()))
  }

  /// What placeholders stand for in a VNI.
  func values(of vni: VNI, owner: GatewayID?) -> VNIValues {
    let name = pattern.name(of: vni)
    let link = links[name]
    return VNIValues(
      vni: vni, interface: name, bridge: link.flatMap(bridge)?.name,
      address: link.flatMap { addresses[$0.index].first }, mac: link?.address, owner: owner)
  }

  /// The macvlan is on the bridge itself, so that FRR follows its carrier (topology direct).
  func isDirect(_ vni: VNI) -> Bool {
    guard let link = links[pattern.name(of: vni)] else { return false }
    return lower(of: link)?.kind == "bridge"
  }

  /// The macvlan's lower device if that is a bridge, or the bridge that the lower device or its peer is a port of.
  private func bridge(of link: Link) -> Link? {
    guard let lower = lower(of: link) else { return nil }
    if lower.kind == "bridge" { return lower }
    let port = lower.kind == "veth" && lower.masterIndex == nil ? self.lower(of: lower) : lower
    guard let master = port?.masterIndex.flatMap({ links[$0] }), master.kind == "bridge" else { return nil }
    return master
  }

  private func lower(of link: Link) -> Link? {
    guard let index = link.lowerIndex, !link.isLowerElsewhere else { return nil }
    return links[index]
  }
}
