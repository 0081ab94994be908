import Figures
import GatewayLab
import LinuxNetworking
import WMGFramework

/// 3 gateways × 1,000 VNIs, all started at once: until every VNI has exactly one owner, as link notifications tell it.
///
///     fleet-start-benchmark [--runs 5]
@main
enum FleetStartBenchmark {
  static func main() {
    Experiment.run { experiment in
      let runs = experiment.number("--runs", default: 5)
      let fleet = try Fleet(experiment)
      var times: [Duration] = []
      for run in 1...runs {
        let start = BootTimeClock.now
        try fleet.start()
        times.append(try fleet.waitForOneOwnerEach() - start)
        experiment.say("run \(run): one owner each after \(times[run - 1].text)")
        try fleet.network.reset()
        try experiment.pause(.milliseconds(1500))
      }
      let goal = Fleet.detectionTime + .seconds(1)
      return [
        Figure(
          "3 gateways × 1,000 VNIs from start to one owner each",
          reference: "keepalived 53 s; Go daemon never",
          reached: "median \(times.median.text), worst \((times.max() ?? .zero).text) of \(runs) runs",
          goal: "≤ D + 1 s = \(goal.text)", isMet: times.allSatisfy { $0 <= goal })
      ]
    }
  }
}
