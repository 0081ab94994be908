import Figures
import GatewayLab
import LinuxNetworking
import WMGFramework

/// 1,000 takeovers at once, told to FRR's ospfd by the effector `frr` with the profile `ospf-cost`; by the same gateway
/// without `frr`, for what that does to the heartbeat; by one vtysh for each VNI, as a script would; and by vtysh alone
/// in one call, which is what ospfd itself takes. First with ospfd as it is by default, then with `ospfd --tcli`.
///
///     frr-benchmark [--runs 5] [--vnis 1000] [--sample 20]
@main
enum FRRBenchmark {
  static func main() {
    Experiment.run { experiment in
      let vniCount = experiment.number("--vnis", default: 1000)
      let fleet = try Fleet(experiment, gatewayCount: 1, vniCount: UInt32(vniCount))
      return try [
        figure(.classic, "as by default", fleet, experiment),
        figure(.transactional, "started with `--tcli`", fleet, experiment),
      ]
    }
  }

  private static func figure(
    _ mode: OSPFRouter.Mode, _ described: String, _ fleet: Fleet, _ experiment: Experiment
  ) throws -> Figure {
    let runs = experiment.number("--runs", default: 5)
    let sample = experiment.number("--sample", default: 20)
    let vniCount = fleet.network.plan.count
    let router = try OSPFRouter(fleet.network.gateways[0], mode, in: fleet.network.folder, experiment)
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
    // An ospfd that was never told of an interface takes less for it, but only once.
    experiment.say("ospfd \(described), new: \(try told().duration.text)")
    var bursts: [Burst] = []
    var plain: [Burst] = []
    var bare: [Duration] = []
    for run in 1...runs {
      bursts.append(try told())
      plain.append(try Burst(without, in: fleet, experiment))
      bare.append(try router.bareDuration(of: fleet.command.vnis))
      experiment.say(
        "ospfd \(described), run \(run): \(bursts[run - 1].duration.text), vtysh alone \(bare[run - 1].text), latest"
          + " advertisement \(bursts[run - 1].lateness.text); without frr \(plain[run - 1].lateness.text)")
    }
    let single = try oneByOne(sample, router)
    let durations = bursts.map(\.duration)
    let late = bursts.map(\.lateness).max() ?? .zero
    let plainLate = plain.map(\.lateness).max() ?? .zero
    return Figure(
      "\(vniCount) takeovers through `frr` (`ospf-cost`), one burst, n=\(runs), ospfd \(described); latest heartbeat with"
        + " `frr` and without",
      reference:
        "one vtysh per VNI: \((single * vniCount).text) (from \(sample)); one `vtysh -f` for all, nothing else:"
        + " \(bare.median.text)",
      reached: "median \(durations.median.text), max \((durations.max() ?? .zero).text); "
        + "\(late.text) and \(plainLate.text) late",
      goal: "≤ 2 s, heartbeat unchanged (5 ms)",
      isMet: durations.median <= .seconds(2) && late - plainLate <= .milliseconds(5))
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
