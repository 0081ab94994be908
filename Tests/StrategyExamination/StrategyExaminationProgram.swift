import ArgumentParser
import BuiltInStrategies
import Glibc
import WMGFramework
import WMGFrameworkTesting

/// Every built-in strategy, every property that it must have or promises: so many fleets each that it takes an optimised
/// program. One line per strategy and property; exits with 1 when there is a fault, with the seed and the fleet.
@main
struct StrategyExaminationProgram: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strategy-examination",
    abstract: "Holds the built-in strategies to what they promise, over random fleets.")

  @Option(help: "How many fleets each property of each strategy is tried with.")
  var fleets = 10_000

  @Option(help: "The seed of all fleets.")
  var seed: UInt64 = 20_261_122

  func validate() throws {
    guard fleets > 0 else { throw ValidationError("--fleets must be at least 1, not \(fleets)") }
  }

  func run() async throws {
    var faults = 0
    // All at once, on as many threads as there are cores; told in order.
    let trials = try BuiltInStrategy.all.flatMap { try begin($0) }
    for trial in trials {
      let fault = await trial.fault.value
      if fault != nil { faults += 1 }
      print("\(trial.what): \(fault.map { "FAULT: \($0)" } ?? "holds")")
      fflush(nil)
    }
    guard faults == 0 else {
      print("\(faults) of \(trials.count) do not hold")
      throw ExitCode(1)
    }
    print("all \(trials.count) hold")
  }

  private typealias Trial = (what: String, fault: Task<String?, Never>)

  private func begin(_ builtIn: BuiltInStrategy) throws -> [Trial] {
    let examination = try builtIn.examination(fleets: fleets, seed: seed)
    let properties = examination.properties.map { property -> Trial in
      (
        "\(builtIn), \(property.rawValue), \(fleets) fleets",
        Task.detached { examination.firstFault(of: property)?.description }
      )
    }
    let digest: Trial = (
      "\(builtIn), determinism between processes, 100 fleets",
      Task.detached { () -> String? in
        let digest = examination.digest()
        return digest == builtIn.digest
          ? nil : "the digest is 0x\(String(digest, radix: 16, uppercase: true))"
      }
    )
    return properties + [digest]
  }
}
