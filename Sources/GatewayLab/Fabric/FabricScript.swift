import WMGFramework

/// The `ip` commands that build a fabric's network.
///
/// One switch with one bridge, `underlay` (10.0.1.0/24), where gateways hear each other and BGP and VXLAN run. The
/// gateways are 10.0.1.11 …, the route reflector is 10.0.1.1 and the access point 10.0.1.2; the last is connected to
/// the client, by a veth pair per overlay.
struct FabricScript {
  let configuration: FabricConfiguration
  let plan: AddressPlan
  let names: FabricNames

  func overlay(_ vni: VNI) -> FabricOverlay { FabricOverlay(vni: vni, topology: configuration.topology) }

  /// The namespaces, and the switch with all links into it.
  func wiring() -> [String] {
    names.all.map { "netns add \($0)" }
      // Snooping would hold back multicast until somebody asks for it.
      + ["link add underlay netns \(names.switch) type bridge mcast_snooping 0 forward_delay 0"]
      + names.onUnderlay.map {
        "link add underlay netns \($0.namespace) type veth peer name \($0.port) netns \(names.switch)"
      }
  }

  func insideSwitch() -> [String] {
    ["link set lo up"] + up("underlay")
      + names.onUnderlay.flatMap { up("\($0.port) master underlay") }
  }

  func insideGateway(_ gateway: Int) -> [String] {
    underlay(host: 11 + gateway)
      + plan.vnis.enumerated().flatMap { index, vni in
        let overlay = overlay(vni)
        var lines = tunnel(overlay, local: "10.0.1.\(11 + gateway)")
        if let port = overlay.port {
          lines.append("link add \(port) type veth peer name \(overlay.lower)")
          lines += up("\(port) master \(overlay.bridge)") + up(overlay.lower)
        }
        return lines + macvlan(index)
      }
  }

  func insideRouteReflector() -> [String] { underlay(host: 1) }

  func insideAccessPoint() -> [String] {
    underlay(host: 2)
      + plan.vnis.flatMap { vni in
        let overlay = overlay(vni)
        return tunnel(overlay, local: "10.0.1.2") + [
          "link add \(overlay.clientPort) type veth peer name \(overlay.clientInterface) netns \(names.client)"
        ] + up("\(overlay.clientPort) master \(overlay.bridge)")
      }
  }

  /// What remains to be done inside the client, once the access point is built.
  func insideClient() -> [String] {
    ["link set lo up"]
      + plan.vnis.enumerated().flatMap { index, vni in
        let interface = overlay(vni).clientInterface
        return ["addr add \(plan.clientAddress(index))/\(AddressPlan.prefixLength) dev \(interface)"]
          + up(interface)
      }
  }

  /// The macvlan of one overlay: standby from birth, as a gateway that boots should have it.
  private func macvlan(_ index: Int) -> [String] {
    let overlay = overlay(plan.vnis[index])
    return [
      "link add \(overlay.interface) link \(overlay.lower) address \(overlay.virtualMAC) type macvlan mode bridge",
      "link set \(overlay.interface) protodown on",
      "addr add \(plan.gatewayAddress(index))/\(AddressPlan.prefixLength) dev \(overlay.interface)",
      "link set \(overlay.interface) up",
    ]
  }

  private func underlay(host: Int) -> [String] {
    ["link set lo up", "addr add 10.0.1.\(host)/24 brd 10.0.1.255 dev underlay"] + up("underlay") + [
      // The ARP table is one for the whole host and holds 1,024 entries by default; a permanent one does not count.
      "neigh replace 10.0.1.255 lladdr ff:ff:ff:ff:ff:ff dev underlay nud permanent"
    ]
  }

  /// A bridge with a VXLAN whose forwarding entries come from EVPN alone.
  private func tunnel(_ overlay: FabricOverlay, local: String) -> [String] {
    let vni = overlay.vni
    return [
      "link add \(overlay.bridge) type bridge mcast_snooping 0 forward_delay 0",
      "link add \(overlay.vxlan) type vxlan id \(vni) local \(local) dstport 4789 nolearning",
      "link set \(overlay.vxlan) master \(overlay.bridge)",
    ] + up(overlay.vxlan) + ["link set \(overlay.vxlan) type bridge_slave learning off"] + up(overlay.bridge)
  }

  /// Sets a link up and looks at it: that makes the kernel settle the link's carrier now. Left alone, it settles a
  /// hundred links per second, and until then drops whatever a link is given to send.
  private func up(_ link: String) -> [String] {
    ["link set \(link) up", "link show dev \(link.prefix { $0 != " " })"]
  }
}
