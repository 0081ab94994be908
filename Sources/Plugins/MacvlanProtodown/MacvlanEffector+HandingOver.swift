import Glibc
import LinuxNetworking
import Logging
import WMGFramework

/// How a VNI over a veth is handed over: it serves on, and its bridge forgets the virtual MAC and does not learn it
/// again. An EVPN speaker on the bridge then withdraws the MAC before the interface goes down; until the fabric knows
/// the new owner, frames for the MAC are flooded, and are answered here too.
///
/// Withdrawn later, the old owner's route and the new one's would be known at once, and the fabric's other ends would
/// choose by mobility sequence number (RFC 7432 section 7.7), which the older one may win.
extension MacvlanEffector {
  func handOver(_ vnis: [VNI]) {
    guard let monitor else { return }
    let entries = vnis.compactMap { vni -> ForwardingEntry? in
      guard records[vni]?.wanted == .active, let link = monitor.links[settings.pattern.name(of: vni)] else {
        return nil
      }
      return ForwardingEntry(vni, of: link, in: monitor.links)
    }
    guard !entries.isEmpty else { return }
    for entry in entries { records[entry.vni]?.quietPort = entry.port }
    setLearning(false, of: entries.map(\.port))
    delete(entries)
  }

  /// Lets the bridges learn again from the ports of these VNIs, where a handover has stopped that.
  func endQuiet(_ vnis: [VNI]) {
    let ports = vnis.compactMap { records[$0]?.quietPort }
    guard !ports.isEmpty else { return }
    for vni in vnis { records[vni]?.quietPort = nil }
    setLearning(true, of: ports)
  }

  /// A daemon that was killed during a handover has left ports from which no takeover could be learned.
  func endQuietOfOthers(_ vnis: VNISet) {
    guard let monitor else { return }
    let ports = vnis.compactMap { vni -> Int32? in
      guard let link = monitor.links[settings.pattern.name(of: vni)],
        case .veth(_, let port) = OverlayTopology(of: link, in: monitor.links),
        monitor.links[port]?.isLearning == false
      else { return nil }
      return port
    }
    guard !ports.isEmpty else { return }
    context.logger.notice(
      "bridge ports did not learn MACs, as after a handover that was cut short: learning turned on",
      metadata: ["ports": "\(ports.count)"])
    setLearning(true, of: ports)
  }

  private func setLearning(_ isLearning: Bool, of ports: [Int32]) {
    guard let monitor else { return }
    for start in stride(from: 0, to: ports.count, by: settings.batch) {
      var requests = monitor.connection.makeRequests()
      for port in ports[start..<min(start + settings.batch, ports.count)] {
        requests.setLearning(isLearning, port: port)
      }
      context.counters.add(min(settings.batch, ports.count - start), to: "netlink-requests")
      var refusal: NetlinkError?
      do {
        // A port that is gone learns nothing.
        try monitor.connection.perform(requests) { _, answer in
          if case .failed(let error) = answer, error.code != ENODEV { refusal = error }
        }
      } catch {
        context.logger.warning("bridge ports could not be switched for a handover: \(error)")
      }
      if let refusal {
        context.logger.warning("bridges refused to switch their ports for a handover: \(refusal)")
      }
    }
  }
}
