import Glibc
import LinuxNetworking
import WMGFramework

/// The sysctls that a host with gateways needs; docs/OPERATIONS gives the same to operators.
enum KernelSettings {
  private static let values = [
    ("ipv6/conf/all/disable_ipv6", "1"),
    ("ipv6/conf/default/disable_ipv6", "1"),
    ("ipv4/ip_forward", "1"),
    // A standby still receives: it must answer ARP for nothing but the receiving interface's own addresses …
    ("ipv4/conf/all/arp_ignore", "1"),
    ("ipv4/conf/all/arp_announce", "2"),
    // … and must not take the way of an overlay that it does not serve.
    ("ipv4/conf/all/ignore_routes_with_linkdown", "1"),
    ("ipv4/conf/default/ignore_routes_with_linkdown", "1"),
  ]

  /// - Parameter retransmission: how long an unanswered ARP request is waited for. A new owner's first request may
  ///   still go to the old one; the kernel's default is to ask again after a second.
  static func apply(in namespace: String, retransmission: Duration = .milliseconds(100)) throws(LabError) {
    do {
      try NetworkNamespace(named: namespace).run {
        // /proc/sys/net shows the namespace of the thread that opens it.
        for (name, value) in values { write(value, to: "/proc/sys/net/\(name)") }
        let milliseconds = retransmission.nanoseconds / 1_000_000
        write("\(milliseconds)", to: "/proc/sys/net/ipv4/neigh/default/retrans_time_ms")
        // The lab's own need: a TCP connection that nobody has any more, to a peer that is dead, would keep the namespace
        // for two minutes after its removal.
        write("1", to: "/proc/sys/net/ipv4/tcp_orphan_retries")
      }
    } catch {
      throw LabError("\(error)", exitCode: 71)
    }
  }

  private static func write(_ value: String, to path: String) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    // A kernel without IPv6 lacks some of them, and needs them not.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = Glibc.write(descriptor, value, value.utf8.count)
  }
}
