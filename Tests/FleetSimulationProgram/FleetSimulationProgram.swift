import ArgumentParser
import FleetSimulation
import Glibc
import Synchronization
import WMGFramework

/// Fleets in virtual time, one per seed: tens of thousands in minutes, one again step by step, or all night.
@main
struct FleetSimulationProgram: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet-simulation",
    abstract:
      "Lets fleets of gateways live through faults in virtual time and holds them to docs/GUARANTEES.md.",
    discussion: """
      Exits with 1 when a guarantee did not hold, with the seed that shows it again: --seed N.
      """)

  @Option(help: "How many seeds to try.")
  var seeds: UInt64 = 10_000

  @Option(help: "When to stop, whatever is left; minutes.")
  var minutes: Double = 5

  @Option(help: "The first seed.")
  var first: UInt64 = 1

  @Option(help: "Run this seed alone, and tell everything that happens.")
  var seed: UInt64?

  @Flag(help: "Go on until SIGINT or SIGTERM, with seeds that no run had before.")
  var night = false

  @Flag(help: "Break the core on purpose, in one way after another: each has to be found within 1,000 seeds.")
  var controls = false

  @Option(help: "The commit that is tried, for the report.")
  var commit: String?

  @Option(help: "How many threads; as many as there are processors.")
  var threads: Int = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  func validate() throws {
    guard seeds > 0 else { throw ValidationError("--seeds must be at least 1, not \(seeds)") }
    guard minutes > 0 else { throw ValidationError("--minutes must be more than 0, not \(minutes)") }
    guard threads > 0 else { throw ValidationError("--threads must be at least 1, not \(threads)") }
  }

  func run() async throws {
    if let seed { return try replay(seed) }
    if controls { return try await runControls() }
    try await runSeeds()
  }

  private func replay(_ seed: UInt64) throws {
    let scenario = Scenario(seed: seed)
    print(scenario.summary)
    let run = SimulationRun(scenario) { print($0) }
    guard let violation = run.violation else {
      tell(
        "seed \(seed): every guarantee held; \(run.events) events, digest \(String(run.digest, radix: 16))")
      return
    }
    print("seed \(seed): \(violation)")
    throw ExitCode(1)
  }

  private func runSeeds() async throws {
    Interruption.listen()
    let start = ContinuousClock.now
    // Another night has other seeds.
    let firstSeed = night ? UInt64(time(nil)) << 20 : first
    let survey = await Survey.run(
      seeds: firstSeed..<(night ? UInt64.max : firstSeed + seeds),
      until: night ? nil : start + .seconds(minutes * 60), threads: threads)
    print(survey.report(took: ContinuousClock.now - start, commit: commit))
    if !survey.failures.isEmpty { throw ExitCode(1) }
  }

  private func runControls() async throws {
    var missed = 0
    for control in NegativeControl.all {
      let found = await control.firstSeed(threads: threads)
      guard let found else {
        tell("\(control.name): NOT FOUND within \(NegativeControl.mostSeeds) seeds")
        missed += 1
        continue
      }
      guard control.isClean(seed: found.seed) else {
        tell("\(control.name): seed \(found.seed) finds something in a sound core too")
        missed += 1
        continue
      }
      let isExpected = control.isExpected(found.violation)
      missed += isExpected ? 0 : 1
      tell(
        "\(control.name): found with seed \(found.seed), by: \(found.violation.guarantee.name)"
          + (isExpected ? "" : "; but it should show as \(control.expected.map(\.rawValue).sorted())"))
    }
    guard missed == 0 else {
      tell(
        "\(missed) of \(NegativeControl.all.count) controls were not found, or not by what should find them")
      throw ExitCode(1)
    }
    print("all \(NegativeControl.all.count) found")
  }
}

/// Tells at once, also into a pipe.
func tell(_ line: String) {
  print(line)
  fflush(nil)
}

/// Whether the run has been told to end.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  static var hasCome: Bool { flag.load(ordering: .relaxed) }

  static func listen() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) }
    }
  }
}
