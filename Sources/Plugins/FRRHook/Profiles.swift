/// The built-in templates, as one would write them into a file of one's own.
enum Profiles {
  /// The profile whose entries are numbered by VNI.
  static let routeMap = "route-map"
  /// Its last VNI: the numbers after it are those of `[start]`.
  static let lastRouteMapVNI = 65000

  /// In the order in which they are shown.
  static let all: [(name: String, summary: String, text: String)] = [
    ("none", "tells FRR nothing; confirms takeovers", ""),
    (
      "advertise-default-gw",
      "advertises the gateway's MAC and addresses of held VNIs alone; topology direct",
      """
      [takeover-head]
      router bgp
       address-family l2vpn evpn

      [takeover]
        vni {vni}
         advertise-default-gw

      [release-head]
      router bgp
       address-family l2vpn evpn

      [release]
        vni {vni}
         no advertise-default-gw

      """
    ),
    (
      routeMap,
      "one entry per held VNI (1-65000) in route-map wmgwd2-vnis, which is for 'neighbor … route-map wmgwd2-vnis out'",
      """
      # What is not a MAC is advertised in any case; MACs only of the VNIs that have an entry.
      [start]
      route-map wmgwd2-vnis permit 65001
       match evpn route-type multicast
      route-map wmgwd2-vnis permit 65002
       match evpn route-type prefix

      [takeover]
      route-map wmgwd2-vnis permit {vni}
       match evpn vni {vni}

      [takeover-batch]
      do clear bgp l2vpn evpn * soft out

      [release]
      no route-map wmgwd2-vnis permit {vni}

      [release-batch]
      do clear bgp l2vpn evpn * soft out

      # One change for the whole gateway: all entries of VNIs are gone at once.
      [stop]
      no route-map wmgwd2-vnis
      route-map wmgwd2-vnis permit 65001
       match evpn route-type multicast
      route-map wmgwd2-vnis permit 65002
       match evpn route-type prefix
      do clear bgp l2vpn evpn * soft out

      """
    ),
    (
      "ospf-cost", "makes the way back cheap through the owner: cost 100 where held, 65535 where standby",
      """
      [takeover]
      interface {interface}
       ip ospf cost 100

      [release]
      interface {interface}
       ip ospf cost 65535

      """
    ),
    (
      "clear", "has bgpd send everything anew after each batch",
      """
      [takeover-batch]
      do clear bgp l2vpn evpn * soft out

      [release-batch]
      do clear bgp l2vpn evpn * soft out

      """
    ),
  ]

  /// One change for the whole gateway: no MAC is advertised any more, whatever VNI it is in.
  static func stop(byRouteMap name: String) -> String {
    """
    # Made before it is taken away, so that FRR does not complain of one that is not there.
    [start]
    route-map \(name) deny 1
     match evpn route-type macip
    exit
    no route-map \(name) deny 1
    do clear bgp l2vpn evpn * soft out

    [stop]
    route-map \(name) deny 1
     match evpn route-type macip
    exit
    do clear bgp l2vpn evpn * soft out

    """
  }

  /// All names.
  static var names: [String] { all.map(\.name) }

  /// A profile's text.
  static func text(of name: String) -> String? { all.first { $0.name == name }?.text }
}
