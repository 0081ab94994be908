import Figures
import GatewayLab
import LinuxNetworking
import WMGFramework

/// 1,000 takeovers at once, told to FRR's ospfd by the effector `frr` with the profile `ospf-cost`; by the same gateway
/// without `frr`, for what that does to the heartbeat; and by one vtysh for each VNI, as a script would.
///
///     frr-benchmark [--runs 5] [--vnis 1000] [--sample 20]
@main
enum FRRBenchmark {
  static func main() {
    Experiment.run { experiment in
      let runs = experiment.number("--runs", default: 5)
      let vniCount = experiment.number("--vnis", default: 1000)
      let sample = experiment.number("--sample", default: 20)
      let fleet = try Fleet(experiment, gatewayCount: 1, vniCount: UInt32(vniCount))
      let router = try OSPFRouter(fleet.network.gateways[0], in: fleet.network.folder, experiment)
      var without = fleet.command
      without.effectors = "macvlan"
      var with = fleet.command
      with.effectors = "macvlan,frr"
      for setting in ["profile=ospf-cost", "confirm=off", "vty-socket=\(router.folder)"] {
        with.further += ["--set", "frr.\(setting)"]
      }
      func told() throws -> Burst {
        try Burst(with, in: fleet, experiment) {
          let right = try router.interfaces(ofCost: 100)
          guard right == vniCount else { throw LabError("ospfd has the cost of \(right) VNIs only") }
        }
      }
      // An ospfd that was never told of an interface is faster, but only once.
      let first = try told()
      experiment.say("a new ospfd: \(first.duration.text)")
      var bursts: [Burst] = []
      var plain: [Burst] = []
      for run in 1...runs {
        bursts.append(try told())
        plain.append(try Burst(without, in: fleet, experiment))
        experiment.say(
          "run \(run): \(bursts[run - 1].duration.text), latest advertisement \(bursts[run - 1].lateness.text); "
            + "without frr \(plain[run - 1].duration.text), \(plain[run - 1].lateness.text)")
      }
      let single = try oneByOne(sample, router)
      let durations = bursts.map(\.duration)
      let late = bursts.map(\.lateness).max() ?? .zero
      let plainLate = plain.map(\.lateness).max() ?? .zero
      return [
        Figure(
          "\(vniCount) takeovers through `frr` (`ospf-cost`), one burst, n=\(runs); latest heartbeat with and without",
          reference: "one vtysh per VNI: \((single * vniCount).text), from \(sample) of them",
          reached: "median \(durations.median.text), max \((durations.max() ?? .zero).text); "
            + "\(late.text) and \(plainLate.text) late",
          goal: "≤ 2 s, heartbeat unchanged (5 ms)",
          isMet: durations.median <= .seconds(2) && late - plainLate <= .milliseconds(5))
      ]
    }
  }

  /// What one VNI takes a script that calls vtysh for each.
  private static func oneByOne(_ sample: Int, _ router: OSPFRouter) throws -> Duration {
    let start = BootTimeClock.now
    for vni in 1...sample {
      try router.vtysh("configure terminal", "interface vrrp4-\(vni)", "ip ospf cost 100")
    }
    return (BootTimeClock.now - start) / sample
  }
}
