import Figures
import GatewayLab
import LinuxNetworking
import WMGFramework

/// 1,000 VNIs taken over: from the decision, as the daemon's log has it, to the receipt of the last VNI's first
/// gratuitous ARP at the switch; in turns with `ip -batch` doing the same to the same interfaces.
///
///     takeover-benchmark [--runs 20]
@main
enum TakeoverBenchmark {
  static func main() {
    Experiment.run { experiment in
      let runs = experiment.number("--runs", default: 20)
      let fleet = try Fleet(experiment, gatewayCount: 1)
      var reference: [Duration] = []
      var takeovers: [Takeover] = []
      for run in 1...runs {
        reference.append(try bareProtodownOff(fleet))
        try makeStandby(fleet, experiment)
        takeovers.append(try Takeover(fleet, experiment))
        try makeStandby(fleet, experiment)
        experiment.say(
          "run \(run): ip -batch \(reference[run - 1].text), takeover \(takeovers[run - 1].duration.text), "
            + "\(takeovers[run - 1].lost) first announcements lost")
      }
      return figures(reference, takeovers)
    }
  }

  static func figures(_ reference: [Duration], _ takeovers: [Takeover]) -> [Figure] {
    let times = takeovers.map(\.duration)
    let ratio = times.median / reference.median
    let lost = takeovers.map(\.lost)
    return [
      Figure(
        "1,000 VNIs taken over: decision → the last VNI's first GARP captured on the other side",
        reference: "`ip -batch` protodown off, in turns: median \(reference.median.text), "
          + "worst \((reference.max() ?? .zero).text)",
        reached:
          "median \(times.median.text) (\(ratio.text(decimals: 2))×), worst \((times.max() ?? .zero).text) "
          + "of \(times.count) runs",
        goal: "≤ 0.7×, never above 150 ms",
        isMet: ratio <= 0.7 && times.allSatisfy { $0 <= .milliseconds(150) }),
      Figure(
        "first GARPs lost of 1,000 at takeover", reference: "Go daemon: up to half",
        reached: "\(lost.reduce(0, +)) in \(lost.count) runs", goal: "0 in 20 runs",
        isMet: lost.allSatisfy { $0 == 0 }),
    ]
  }

  /// What iproute2 needs to bring all macvlans up, its start included.
  static func bareProtodownOff(_ fleet: Fleet) throws -> Duration {
    let start = BootTimeClock.now
    try fleet.network.setProtodown(false, of: fleet.network.plan.vnis, at: 0)
    return BootTimeClock.now - start
  }

  static func makeStandby(_ fleet: Fleet, _ experiment: Experiment) throws {
    try fleet.network.setProtodown(true, of: fleet.network.plan.vnis, at: 0)
    guard try experiment.wait(patience: .seconds(20), until: { fleet.observer.owned[0].isEmpty }) else {
      throw LabError("some macvlans do not become standby")
    }
    // Linkwatch has a backlog for up to a second after so many changes.
    try experiment.pause(.milliseconds(1500))
  }
}
