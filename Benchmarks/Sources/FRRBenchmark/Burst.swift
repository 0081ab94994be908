import Figures
import Foundation
import GatewayLab
import WMGFramework

/// One daemon from its start over the takeover of all VNIs to its end.
struct Burst {
  /// From the decision (log line `ownership changed`) until the last effector has confirmed the last VNI (`settled`).
  let duration: Duration
  /// How late the latest advertisement was.
  let lateness: Duration

  /// - Parameter check: looks whether it is as it should be, while everything is held.
  init(
    _ command: DaemonCommand, in fleet: Fleet, _ experiment: Experiment, check: () throws -> Void = {}
  ) throws {
    let gateway = fleet.network.gateways[0]
    let before = gateway.log().count
    try gateway.start(command)
    func log() -> Substring { gateway.log().dropFirst(before) }
    guard
      try experiment.wait(
        patience: .seconds(60),
        until: {
          usleep(50_000)
          return Self.time(of: "settled", in: log()) != nil || gateway.daemon?.isRunning != true
        }), let decided = Self.time(of: "\"ownership changed\"", in: log()),
      let settled = Self.time(of: "settled", in: log())
    else { throw LabError("the gateway does not settle: \(log().suffix(500))") }
    // Past midnight the clock begins anew.
    duration = .milliseconds((settled - decided + 86_400_000) % 86_400_000)
    try check()
    // One more advertisement, which may still have been waiting.
    try experiment.pause(Fleet.interval + .milliseconds(500))
    let status = try fleet.status(of: gateway)
    let held = status.vnis.count { $0.confirmed == "active" }
    guard held == fleet.network.plan.count else { throw LabError("only \(held) VNIs are held") }
    guard let latest = status.counters["udp-broadcast"]?["advertisement-lateness-max-us"] else {
      throw LabError("the daemon's status has no counter advertisement-lateness-max-us")
    }
    lateness = .microseconds(latest)
    gateway.daemon?.terminate()
    guard gateway.daemon?.wait(for: .seconds(60)) == .exited(0) else {
      throw LabError("the gateway does not stop: \(log().suffix(500))")
    }
  }

  /// The time of day, in milliseconds, of the first line with this message.
  private static func time(of message: String, in log: Substring) -> Int? {
    guard let line = log.split(separator: "\n").first(where: { $0.contains("msg=\(message) ") }),
      let day = line.firstIndex(of: "T")
    else { return nil }
    // 20:51:23.643
    let parts = line[line.index(after: day)...].prefix(12).split { $0 == ":" || $0 == "." }.compactMap {
      Int($0)
    }
    guard parts.count == 4 else { return nil }
    return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
  }
}
