import Figures
import Foundation
import GatewayLab
import LinuxNetworking
import WMGFramework

/// One gateway that starts alone and takes everything over when its claim delay is over.
struct Takeover {
  /// From the decision to the receipt of the last VNI's first announcement.
  let duration: Duration
  /// The VNIs whose first announcement never came: nothing was heard of them until the repeats.
  let lost: Int

  /// The daemon repeats its announcements after 1.1 s.
  private static let beforeRepeats = Duration.seconds(1)

  init(_ fleet: Fleet, _ experiment: Experiment) throws {
    let gateway = fleet.network.gateways[0]
    let vniCount = fleet.network.plan.count
    let logged = gateway.log().utf8.count
    let start = BootTimeClock.now
    let daemon = try gateway.start(fleet.command)
    defer { daemon.end(patience: .zero) }
    try experiment.wait(patience: .seconds(10)) {
      fleet.announcements.first(since: start).count == vniCount
    }
    guard let decision = Self.decision(inLog: gateway.log().utf8.dropFirst(logged)) else {
      throw LabError(
        "the daemon (\(daemon.isRunning ? "running" : "ended")) did not log its takeover:\n\(gateway.log().suffix(500))"
      )
    }
    let first = fleet.announcements.take().reduce(into: [VNI: MonotonicInstant]()) { first, announcement in
      first[announcement.vni] = min(
        first[announcement.vni] ?? announcement.receivedAt, announcement.receivedAt)
    }
    let inTime = first.values.filter { $0 >= decision && $0 < decision + Self.beforeRepeats }
    lost = vniCount - inTime.count
    duration = (first.values.max() ?? decision) - decision
  }

  /// When the daemon decided to take all VNIs: the time of its log line, which is written in that moment and before
  /// anything is done. Its milliseconds are rounded down, so what is measured from there is rather too long.
  private static func decision(inLog log: Substring.UTF8View) -> MonotonicInstant? {
    let lines = String(decoding: Array(log), as: UTF8.self).split(separator: "\n")
    guard let line = lines.last(where: { $0.contains("ownership changed") }),
      let stamp = line.split(separator: " ").first(where: { $0.hasPrefix("ts=") })?.dropFirst(3),
      let date = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(String(stamp))
    else { return nil }
    return BootTimeClock.now - .nanoseconds(Int64((Date.now.timeIntervalSince(date) * 1e9).rounded()))
  }
}
