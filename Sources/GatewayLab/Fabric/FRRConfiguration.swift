import WMGFramework

/// The configuration files of one namespace's FRR.
struct FRRConfiguration {
  /// What a namespace is to BGP.
  enum Role {
    /// Whether it advertises the default gateways of all VNIs.
    case gateway(advertisesAll: Bool)
    case accessPoint
    /// With its clients' addresses.
    case routeReflector([String])
  }

  static let routeReflector = "10.0.1.1"
  static let accessPoint = "10.0.1.2"
  /// The gateways' outbound route-map.
  static let stopRouteMap = "wmgwd2"
  private static let system = 65001

  let name: String
  let address: String
  let role: Role
  let hasBFD: Bool
  let duplicateAddressDetection: DuplicateAddressDetection

  /// The text that a daemon reads when it starts.
  func text(for daemon: FRRDaemon) -> String {
    let lines =
      switch daemon {
      case .zebra, .bfdd: ["hostname \(name)"]
      case .bgpd: bgp
      }
    return lines.joined(separator: "\n") + "\n"
  }

  private var neighbours: [String] {
    if case .routeReflector(let clients) = role { clients } else { [Self.routeReflector] }
  }

  private var bgp: [String] {
    var lines = [
      "hostname \(name)", "router bgp \(Self.system)", " bgp router-id \(address)",
      " no bgp default ipv4-unicast",
      // Keepalive every second, hold time 3 s: what there is without BFD.
      " timers bgp 1 3",
    ]
    for neighbour in neighbours {
      lines.append(" neighbor \(neighbour) remote-as \(Self.system)")
      lines.append(" neighbor \(neighbour) timers connect 1")
      if hasBFD { lines.append(" neighbor \(neighbour) bfd 3 100 100") }
    }
    lines.append(" address-family l2vpn evpn")
    for neighbour in neighbours {
      lines.append("  neighbor \(neighbour) activate")
      if case .routeReflector = role { lines.append("  neighbor \(neighbour) route-reflector-client") }
    }
    switch role {
    case .gateway(let advertisesAll):
      lines.append("  neighbor \(Self.routeReflector) route-map \(Self.stopRouteMap) out")
      lines.append("  advertise-all-vni")
      if advertisesAll { lines.append("  advertise-default-gw") }
    case .accessPoint:
      lines.append("  advertise-all-vni")
    case .routeReflector: break
    }
    switch duplicateAddressDetection {
    case .off: lines.append("  no dup-addr-detection")
    case .warning: break
    case .freezing: lines.append("  dup-addr-detection freeze permanent")
    }
    lines += [" exit-address-family", "exit"]
    // What an orderly stop denies MACs in; otherwise it lets everything pass.
    if case .gateway = role { lines.append("route-map \(Self.stopRouteMap) permit 65535") }
    return lines
  }
}
