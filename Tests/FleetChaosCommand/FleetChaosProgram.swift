import ArgumentParser
import FleetChaos
import GatewayLab
import Glibc
import WMGFramework

/// Chaos on the real thing: real daemons in network namespaces, a seeded script of faults, and an observer outside that
/// holds the fleet to its guarantees.
@main
struct FleetChaosProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet-chaos",
    abstract:
      "Does a seeded script of faults to real daemons in network namespaces, and judges them from outside.",
    discussion: """
      Exit code 0: every guarantee of docs/GUARANTEES.md was kept. 1: one was not; what was seen is printed. The same \
      --seed with the same other options makes the same script.
      """,
    subcommands: [Burden.self])

  @Option(help: "The seed of the script; a random one unless given. It is printed first.")
  var seed: UInt64?

  @Option(help: "How long the script lasts, in minutes.")
  var minutes = 10.0

  @Option(help: "How many gateways, 3...5.")
  var gateways: Int?

  @Option(help: "How many VNIs: 1 to this.")
  var vnis = 300

  @Option(
    help:
      "The advertisement interval in milliseconds; D is three times that. 500 unless given, with --soak 1000."
  )
  var interval: Int?

  @Option(help: "direct, veth or light: where the macvlans are (docs/CHAOS.md).")
  var topology = Topology.direct

  @Option(help: "The daemon; by default the 'wmgwd2' beside this program.")
  var daemon: String?

  @Option(
    name: .customLong("guard"),
    help:
      "on or off: whether the daemons have guards. Without, what a dead daemon held has two owners until it is back."
  )
  var guards = Guards.on

  @Option(help: "A further argument of the daemons; may be given more than once.")
  var daemonArgument: [String] = []

  @Flag(help: "Fewer and smaller burdens.")
  var light = false

  @Flag(help: "Instead: few faults over a long time, and a look at memory and descriptors once a second.")
  var soak = false

  @Flag(help: "Print the script and do nothing.")
  var dryRun = false

  func validate() throws {
    if let gateways, !(3...5).contains(gateways) {
      throw ValidationError("--gateways must be 3 to 5, not \(gateways)")
    }
    guard (1...4000).contains(vnis) else { throw ValidationError("--vnis must be 1 to 4000, not \(vnis)") }
    if let interval, !(100...10_000).contains(interval) {
      throw ValidationError("--interval must be 100 to 10000 (milliseconds), not \(interval)")
    }
    guard minutes > 0 else { throw ValidationError("--minutes must be above 0, not \(minutes)") }
  }

  func run() throws {
    let interruption = Interruption()
    defer { interruption.end() }
    throw ExitCode(runToTheEnd(interruption))
  }

  private func runToTheEnd(_ interruption: Interruption) -> Int32 {
    do {
      return try play(interruption)
    } catch let signal as Interruption.Signal {
      Output.line("interrupted")
      return signal.exitCode
    } catch let error as LabError {
      Output.complain(error.description)
      return error.exitCode
    } catch {
      Output.complain("\(error)")
      return 70
    }
  }

  private var timing: FleetTiming {
    // --handover-overlap, as the macvlan effector advises it for each topology.
    FleetTiming(
      interval: .milliseconds(interval ?? (soak ? 1000 : 500)),
      overlap: topology == .veth ? .zero : .milliseconds(200),
      guardDelay: guards == .on ? .milliseconds(200) : nil, vnis: vnis)
  }

  private func play(_ interruption: Interruption) throws -> Int32 {
    if soak { return try playSoak(interruption) }
    let seed = seed ?? UInt64.random(in: 1...999_999)
    // What is not given is drawn from the seed, too.
    let count = gateways ?? 3 + Int(seed % 3)
    let running = max(3, count - 1)
    let scriptOptions = ChaosScript.Options(
      seed: seed, gateways: count, running: running, vnis: vnis,
      length: .milliseconds(Int(minutes * 60_000)), timing: timing, isLight: light)
    let script = ChaosScript(scriptOptions)
    Output.line(
      "seed \(seed): \(count) gateways, \(vnis) VNIs, topology \(topology.rawValue), I \(seconds(timing.interval)), "
        + "D \(seconds(timing.detection)), T \(seconds(timing.takeover)) and what the machine is late by, "
        + (guards == .on ? "guards, " : "no guards, ")
        + "\(script.steps.count) steps")
    guard !dryRun else {
      for step in script.steps { Output.line("\(step.number). \(step)") }
      return 0
    }
    if !ObserverPriority.isAvailable {
      Output.line("the observer has no priority of its own on this machine")
    }
    let stage = try stage(seed: seed, gateways: count, timing)
    defer { stage.close() }
    let run = ChaosRun(
      script, seed: seed, on: stage, interruption: interruption, say: Output.line)
    try run.play(running: running)
    return run.tally.violations == 0 ? 0 : 1
  }

  private func playSoak(_ interruption: Interruption) throws -> Int32 {
    let seed = seed ?? UInt64.random(in: 1...999_999)
    let count = gateways ?? 3
    let length = Duration.milliseconds(Int(minutes * 60_000))
    let script = SoakScript(seed: seed, gateways: count, vnis: vnis, length: length, timing: timing)
    Output.line(
      "seed \(seed): soak for \(seconds(length)), \(count) gateways, \(vnis) VNIs, topology "
        + "\(topology.rawValue), I \(seconds(timing.interval))")
    guard !dryRun else {
      for entry in script.entries {
        Output.line("\(entry.step.number). after \(seconds(entry.pause)): \(entry.step)")
      }
      return 0
    }
    let stage = try stage(seed: seed, gateways: count, timing)
    defer { stage.close() }
    let empty = ChaosScript(steps: [])
    let chaos = ChaosRun(empty, seed: seed, on: stage, interruption: interruption, say: Output.line)
    let soak = SoakRun(
      script, length: length, chaos: chaos, on: stage, interruption: interruption, say: Output.line)
    return try soak.play() ? 0 : 1
  }

  private func stage(seed: UInt64, gateways: Int, _ timing: FleetTiming) throws -> FleetStage {
    try FleetStage(
      FleetStage.Options(
        seed: seed, gateways: gateways, vnis: vnis, topology: topology.lab, timing: timing,
        binary: try daemonPath(),
        further: (guards == .off ? ["--guard", "off"] : []) + daemonArgument))
  }

  private func daemonPath() throws -> String {
    var candidate = daemon ?? "wmgwd2"
    if daemon == nil, let own = realpath("/proc/self/exe", nil) {
      defer { free(own) }
      candidate =
        String(cString: own).split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/wmgwd2"
    }
    guard access(candidate, X_OK) == 0 else {
      throw LabError(
        "there is no daemon at \(candidate); build it with 'swift build', or name it with --daemon",
        exitCode: 66)
    }
    return candidate
  }
}

/// Whether daemons have guards.
enum Guards: String, ExpressibleByArgument, CaseIterable {
  case on, off
}

/// `LabTopology`, as an argument.
enum Topology: String, ExpressibleByArgument, CaseIterable {
  case direct, veth, light

  var lab: LabTopology {
    switch self {
    case .direct: .direct
    case .veth: .veth
    case .light: .light
    }
  }
}
