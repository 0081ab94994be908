import Figures
import GatewayLab
import WMGFramework

/// 3 gateways × 1,000 VNIs at rest: what they send on the underlay, and what one daemon takes of the machine, with its
/// share of the VNIs and when it carries all of them alone.
///
///     rest-benchmark [--seconds 30]
@main
enum RestBenchmark {
  static func main() {
    Experiment.run { experiment in
      let duration = Duration.seconds(experiment.number("--seconds", default: 30))
      let fleet = try Fleet(experiment)
      let gateways = fleet.network.gateways
      try fleet.start()
      try fleet.waitForOneOwnerEach()
      // What only the start needed is given back 2·D + 2 s after it; announcements are repeated until 4.4 s after it.
      try experiment.pause(Fleet.detectionTime * 2 + .seconds(4))

      let advertisements = try AdvertisementCapture(fleet.network)
      let shared = try gateways.map { try Consumption.Meter($0) }
      advertisements.restart()
      let began = ContinuousClock.now
      try experiment.wait(patience: duration) {
        advertisements.receive()
        return false
      }
      // What has passed, not what was asked for: a busy machine waits longer.
      let elapsed = ContinuousClock.now - began
      let rate = Double(advertisements.senders.reduce(0) { $0 + $1.count }) / (elapsed / .seconds(1))
      var consumptions = try shared.map { try $0.read() }

      for gateway in gateways.dropFirst() { gateway.daemon?.terminate() }
      try experiment.wait(patience: .seconds(10)) {
        fleet.observer.owned[0].count == fleet.network.plan.count
          && gateways.dropFirst().allSatisfy { $0.daemon?.isRunning != true }
      }
      // The repeats of 667 takeovers are paced: they take more than 10 s.
      try experiment.pause(.seconds(20))
      let alone = try Consumption.Meter(gateways[0])
      try experiment.pause(duration)
      consumptions.append(try alone.read())
      _ = try fleet.status(of: gateways[0])
      try experiment.pause(.seconds(2))
      let afterStatus = try Consumption.residentMegabytes(gateways[0])

      for (name, consumption) in zip(gateways.map(\.name) + ["g1, carrying all"], consumptions) {
        experiment.say("\(name): \(consumption)")
      }
      experiment.say("after one status: \(afterStatus.text(decimals: 1)) MB")
      let memory = max(afterStatus, consumptions.map(\.megabytes).max() ?? 0)
      let share = consumptions.map(\.processorShare).max() ?? 0
      return [
        Figure(
          "advertisements per second, 3 gateways, 1,000 VNIs", reference: "keepalived 999",
          reached: rate.text(decimals: 2), goal: "3", isMet: (rate - 3).magnitude < 0.1),
        Figure(
          "resident memory and CPU at rest, 1,000 VNIs; the worst of 3 gateways, and of one that carries all",
          reference: "Go daemon 12 MB, 0.35 %",
          reached: "\(memory.text(decimals: 1)) MB (\(afterStatus.text(decimals: 1)) MB after a `status`), "
            + "\((share * 100).text(decimals: 2)) %",
          goal: "≤ 12 MB, ≤ 0.3 %", isMet: memory <= 12 && share <= 0.003),
      ]
    }
  }
}
