import WMGFramework

/// The `ip` commands that build a lab's network.
///
/// One switch with two bridges: `underlay` (10.0.1.0/24), where gateways hear each other, and `transport`
/// (10.0.2.0/24), which carries the overlays. Each gateway, and the client, has a link of each name.
struct NetworkScript {
  let configuration: LabConfiguration
  let plan: AddressPlan
  let names: NamespaceNames

  /// The namespaces, and the switch's bridges with all links into them.
  func wiring() -> [String] {
    var lines = names.all.map { "netns add \($0)" }
    for bridge in ["underlay", "transport"] {
      // Snooping would hold back the overlays' multicast until somebody asks for it.
      lines.append("link add \(bridge) netns \(names.switch) type bridge mcast_snooping 0 forward_delay 0")
    }
    for (index, namespace) in (names.gateways + names.clients).enumerated() {
      for bridge in ["underlay", "transport"] where bridge == "transport" || index < names.gateways.count {
        let port = index < names.gateways.count ? Self.port(bridge, index) : "\(bridge.prefix(1))-client"
        lines.append(
          "link add \(bridge) netns \(namespace) type veth peer name \(port) netns \(names.switch)")
      }
    }
    return lines
  }

  /// What remains to be done inside the switch.
  func insideSwitch() -> [String] {
    var lines = ["link set lo up"]
    for bridge in ["underlay", "transport"] {
      lines += up(bridge)
      for index in names.gateways.indices {
        lines += up("\(Self.port(bridge, index)) master \(bridge)")
        // With all macvlans on one link, each gratuitous ARP would be copied to every macvlan of every gateway.
        if bridge == "transport", configuration.topology == .light {
          lines.append("link set \(Self.port(bridge, index)) type bridge_slave isolated on")
        }
      }
    }
    if configuration.hasClient { lines.append("link set t-client master transport up") }
    return lines
  }

  func insideGateway(_ gateway: Int) -> [String] {
    var lines = ["link set lo up"]
    lines += underlayAddress(of: gateway)
    lines += up("underlay")
    lines.append("addr add 10.0.2.\(11 + gateway)/24 brd + dev transport")
    lines += up("transport")
    lines.append("neigh replace 10.0.1.255 lladdr ff:ff:ff:ff:ff:ff dev underlay nud permanent")
    lines.append(overlayGroup)
    for index in plan.vnis.indices { lines += overlay(index) }
    return lines
  }

  func insideClient() -> [String] {
    var lines = ["link set lo up", "addr add 10.0.2.1/24 brd + dev transport"] + up("transport")
    lines.append(overlayGroup)
    for (index, vni) in plan.vnis.enumerated() {
      let address = "\(plan.clientAddress(index))/\(AddressPlan.prefixLength)"
      if configuration.topology == .light {
        lines.append("addr add \(address) dev transport")
      } else {
        lines += vxlan(vni)
        lines.append("addr add \(address) dev vxlan\(vni)")
        lines += up("vxlan\(vni)")
      }
    }
    return lines
  }

  /// Everything one overlay needs in a gateway.
  private func overlay(_ index: Int) -> [String] {
    let vni = plan.vnis[index]
    var lines: [String] = []
    if configuration.topology != .light {
      lines.append("link add br\(vni) type bridge mcast_snooping 0 forward_delay 0")
      lines += vxlan(vni)
      lines += up("vxlan\(vni) master br\(vni)")
      lines += up("br\(vni)")
    }
    if configuration.topology == .veth {
      lines.append("link add veth\(vni) type veth peer name parent\(vni)")
      lines += up("veth\(vni) master br\(vni)")
      lines += up("parent\(vni)")
    }
    return lines + macvlan(index)
  }

  /// The macvlan of one overlay: standby from birth, as a gateway that boots should have it.
  func macvlan(_ index: Int) -> [String] {
    let vni = plan.vnis[index]
    let name = "vrrp4-\(vni)"
    return [
      "link add \(name) link \(Self.parent(of: vni, configuration.topology)) "
        + "address \(AddressPlan.virtualMAC(vni)) type macvlan mode bridge",
      "link set \(name) protodown on",
      "addr add \(plan.gatewayAddress(index))/\(AddressPlan.prefixLength) dev \(name)",
      "link set \(name) up",
    ]
  }

  /// What makes a gateway whole again, whatever is missing in it.
  func repairs(of gateway: Int) -> [String] {
    let parents = Set(plan.vnis.map { Self.parent(of: $0, configuration.topology) }).map {
      "link set \($0) up"
    }
    let inner = configuration.topology == .veth ? plan.vnis.map { "link set veth\($0) up" } : []
    return underlayAddress(of: gateway) + parents + inner + plan.vnis.indices.flatMap(macvlan)
  }

  func underlayAddress(of gateway: Int) -> [String] {
    ["addr add 10.0.1.\(11 + gateway)/24 brd 10.0.1.255 dev underlay"]
  }

  /// Sets a link up and looks at it: that makes the kernel settle the link's carrier now. Left alone, it settles a
  /// hundred links per second, and until then drops whatever a link is given to send.
  private func up(_ link: String) -> [String] {
    ["link set \(link) up", "link show dev \(link.prefix { $0 != " " })"]
  }

  /// The ARP table is one for the whole host, all namespaces together, and holds 1,024 entries by default. When it is
  /// full, nothing is sent to a group or broadcast address that has no entry; a permanent one does not count.
  private let overlayGroup =
    "neigh replace 239.77.71.1 lladdr 01:00:5e:4d:47:01 dev transport nud permanent"

  private func vxlan(_ vni: VNI) -> [String] {
    ["link add vxlan\(vni) type vxlan id \(vni) dstport 4789 group 239.77.71.1 dev transport ttl 8"]
  }

  /// The macvlan's lower device.
  static func parent(of vni: VNI, _ topology: LabTopology) -> String {
    switch topology {
    case .direct: "br\(vni)"
    case .veth: "parent\(vni)"
    case .light: "transport"
    }
  }

  /// The switch's end of a gateway's link.
  static func port(_ bridge: String, _ gateway: Int) -> String { "\(bridge.prefix(1))-g\(gateway + 1)" }
}
