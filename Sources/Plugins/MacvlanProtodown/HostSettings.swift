import LinuxNetworking
import WMGFramework

/// The sysctls that a gateway's host needs: a standby's macvlan still receives, and every client is a neighbour.
enum HostSettings {
  private static let needed: [(path: String, accepted: ClosedRange<Int>, consequence: String)] = [
    ("net/ipv4/ip_forward", 1...1, "this host routes nothing, so it is no gateway"),
    // 2 answers only hosts of the same subnet. 3 to 7 answer by any interface, as 0 does; 8 never answers.
    (
      "net/ipv4/conf/all/arp_ignore", 1...2,
      "a standby answers ARP for the gateway's address by other interfaces, or an owner does not answer its hosts"
    ),
    ("net/ipv4/conf/all/arp_announce", 2...2, "ARP requests may be sent with another interface's address"),
    (
      "net/ipv4/conf/all/ignore_routes_with_linkdown", 1...1,
      "a standby routes packets into interfaces without carrier"
    ),
  ]

  static func findings(for vnis: VNISet) -> [Finding] {
    settingFindings() + neighbourFindings(for: vnis)
  }

  /// The kernel's neighbour table is one for all namespaces, and what it has no room for is dropped without a word.
  private static func neighbourFindings(for vnis: VNISet) -> [Finding] {
    let name = "net.ipv4.neigh.default.gc_thresh3"
    // Only the host's own namespace shows it.
    guard let limit = SystemFile.sysctl("net/ipv4/neigh/default/gc_thresh3") else { return [] }
    let needed = 4 * vnis.count
    guard limit < needed else { return [Finding(.ok, subject: name, message: "is \(limit)")] }
    return [
      Finding(
        .warning, subject: name,
        message: "is \(limit): with more neighbours than that, even advertisements are dropped",
        fix: "sysctl -w \(name)=\(needed)")
    ]
  }

  private static func settingFindings() -> [Finding] {
    needed.map { path, accepted, consequence in
      let name = String(path.map { $0 == "/" ? "." : $0 })
      guard let current = SystemFile.sysctl(path) else {
        return Finding(.warning, subject: name, message: "cannot be read")
      }
      guard !accepted.contains(current) else {
        return Finding(.ok, subject: name, message: "is \(current)")
      }
      return Finding(
        .warning, subject: name, message: "is \(current): \(consequence)",
        fix: "sysctl -w \(name)=\(accepted.lowerBound)")
    }
  }
}
