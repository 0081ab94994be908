/// Which of FRR's daemons commands are for.
struct FRRDaemons: Hashable {
  /// The names, sorted: `bgpd`, `zebra`.
  var names: [String]
  /// A command of which it is not known for whom it is: there may be others besides.
  var unknownLine: String?

  /// Whether there may be others besides.
  var isGuess: Bool { unknownLine != nil }

  /// What to do about that.
  static let howToName = "name them with --set frr.daemons=…, or a restart of theirs is not noticed"

  /// These and no others.
  init(exactly names: [String]) {
    self.names = Set(names).sorted()
  }

  /// Those that the commands of a template are for, by their first words.
  init(neededBy template: Template) {
    var names: Set<String> = []
    for line in template.plainLines {
      var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      while let first = words.first, first == "do" || first == "no" { words.removeFirst() }
      let command = words.joined(separator: " ") + " "
      if let rule = Self.rules.first(where: { command.hasPrefix($0.words + " ") }) {
        if let daemon = rule.daemon { names.insert(daemon) }
      } else {
        // A placeholder stands there as #, as no command has it.
        unknownLine = unknownLine ?? String(line.map { $0 == "#" ? "…" : $0 })
      }
    }
    self.names = names.sorted()
  }

  /// The only one, to which vtysh can then be restricted: each further daemon takes its time for `interface` and
  /// `route-map`, which all of them know.
  var only: String? { names.count == 1 && !isGuess ? names[0] : nil }

  /// The first that fits counts. Without a daemon: commands of several, which mean what the others mean.
  private static let rules: [(words: String, daemon: String?)] = [
    ("router bgp", "bgpd"), ("bgp", "bgpd"), ("clear bgp", "bgpd"), ("clear ip bgp", "bgpd"),
    ("address-family l2vpn", "bgpd"), ("address-family ipv4", "bgpd"), ("address-family ipv6", "bgpd"),
    ("exit-address-family", nil), ("vni", "bgpd"), ("exit-vni", nil), ("neighbor", "bgpd"),
    ("advertise-default-gw", "bgpd"), ("advertise-svi-ip", "bgpd"), ("advertise-all-vni", "bgpd"),
    ("match evpn", "bgpd"), ("set community", "bgpd"), ("set extcommunity", "bgpd"),
    ("set large-community", "bgpd"), ("set local-preference", "bgpd"), ("set as-path", "bgpd"),
    ("router ospf6", "ospf6d"), ("ipv6 ospf6", "ospf6d"), ("clear ipv6 ospf6", "ospf6d"),
    ("router ospf", "ospfd"), ("ip ospf", "ospfd"), ("clear ip ospf", "ospfd"), ("max-metric", "ospfd"),
    ("router isis", "isisd"), ("isis", "isisd"), ("ip router isis", "isisd"), ("clear evpn", "zebra"),
    ("interface", nil), ("exit", nil), ("route-map", nil),
  ]
}
