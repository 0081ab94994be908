import LinuxNetworking
import WMGFramework

/// The sysctls that a gateway's host needs: a standby's macvlan still receives, and every client is a neighbour.
enum HostSettings {
  private static let needed: [(path: String, value: Int, consequence: String)] = [
    (
      "net/ipv4/conf/all/arp_ignore", 1, "a standby answers ARP for the gateway's address by other interfaces"
    ),
    ("net/ipv4/conf/all/arp_announce", 2, "ARP requests may be sent with another interface's address"),
    (
      "net/ipv4/conf/all/ignore_routes_with_linkdown", 1,
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
    needed.map { path, value, consequence in
      let name = String(path.map { $0 == "/" ? "." : $0 })
      guard let current = SystemFile.sysctl(path) else {
        return Finding(.warning, subject: name, message: "cannot be read")
      }
      // Higher values of arp_ignore and arp_announce are stricter still.
      guard current < value else {
        return Finding(.ok, subject: name, message: "is \(current)")
      }
      return Finding(
        .warning, subject: name, message: "is \(current): \(consequence)", fix: "sysctl -w \(name)=\(value)")
    }
  }
}
