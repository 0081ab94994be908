import Figures
import GatewayLab
import WMGFramework

/// 3 gateways × 1,000 VNIs left alone: whatever changes hands is a false transition. First on an idle machine, then
/// beside two processes that never rest.
///
///     steadiness-benchmark [--minutes 5]
@main
enum SteadinessBenchmark {
  static func main() {
    Experiment.run { experiment in
      let minutes = experiment.number("--minutes", default: 5)
      let fleet = try Fleet(experiment)
      try fleet.start()
      try fleet.waitForOneOwnerEach()
      let calm = try Transitions.count(in: fleet, over: .seconds(60 * minutes), experiment)
      experiment.say("\(minutes) min without load: \(calm)")
      let loaded = try withHogs {
        try Transitions.count(in: fleet, over: .seconds(60 * minutes), experiment)
      }
      experiment.say("\(minutes) min beside two CPU hogs: \(loaded)")
      return [
        Figure(
          "false transitions in \(minutes) minutes, 3 × 1,000 VNIs; the same beside two busy CPU hogs",
          reference: "0", reached: "\(calm.total); \(loaded.total)", goal: "0",
          isMet: calm.total == 0 && loaded.total == 0)
      ]
    }
  }

  /// Two endless loops, one for each core of a small machine.
  static func withHogs<Result>(_ body: () throws -> Result) throws -> Result {
    let hogs = try (0..<2).map { _ in try ChildProcess("/bin/sh", ["-c", "while :; do :; done"]) }
    defer { for hog in hogs { hog.end(patience: .zero) } }
    return try body()
  }
}
