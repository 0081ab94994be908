import ArgumentParser
import FleetComparison
import Glibc
import WMGFramework

/// `wmgwd2 simulate`: what strategies would do with a fleet, and what a change of it would move.
struct Simulate: ConfiguredCommand {
  static var configuration: CommandConfiguration {
    let program = GatewayProgram.current.name
    return CommandConfiguration(
      commandName: "\(program) simulate",
      abstract: "Compare strategies: who would own how much, and what a change would move.",
      discussion: """
        Assigns all VNIs of a fleet that need not exist, before and after gateways leave and join, and says what it \
        costs and what it moves. Needs no privileges.

          \(program) simulate --gateways 11,12,13,14 --vnis 1-9999 --remove 13 --add 19
          \(program) simulate --gateway-count 64 --vnis 1-16777215 --strategy maglev
          \(program) simulate --gateways 11,12,13 --vnis 1-9999 --remove 13 --svg moves.svg
        """)
  }

  @OptionGroup(title: "Configuration") var file: ConfigurationOption
  @OptionGroup(title: "Fleet") var fleet: FleetOptions
  @OptionGroup var libraries: LibraryOptions

  @Option(
    help: ArgumentHelp(
      "Who leaves: uids with commas or repeated, or 'random' for one of them.", valueName: "uids"))
  var remove: [String] = []

  @Option(
    help: ArgumentHelp(
      "Who joins: uids with commas or repeated, or 'random' for a new one.", valueName: "uids"))
  var add: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which strategies: names with commas or repeated, or 'all' that need no options. (default: all)",
      valueName: "plugins"))
  var strategy: [String] = []

  @Option(
    help: ArgumentHelp("Sets an option of a strategy; repeatable.", valueName: "plugin.option=value"))
  var set: [String] = []

  @Flag(help: "Print JSON.") var json = false

  @Option(
    help: ArgumentHelp(
      "Also write a picture: the load of each gateway, and what moves; for 128 gateways at most.",
      valueName: "file"))
  var svg: String?

  /// Strategies are compared, whichever of them this host's gateway uses.
  static let optionsOfItsOwn = ["strategy"]

  func run(with effective: EffectiveSettings) throws -> Int32 {
    let change = try change()
    let vnis = try fleet.vniSet()
    if svg != nil, change.everyone.count > ComparisonPicture.mostGateways {
      throw UsageError(
        "--svg draws at most \(ComparisonPicture.mostGateways) gateways, not \(change.everyone.count)")
    }
    let choice = try StrategyChoice(
      strategy.isEmpty ? ["all"] : FleetOptions.elements(strategy), settings: set,
      keeping: effective.pluginSettings, in: effective.registry, fleet: change.before, vnis: vnis)
    let progress = ProgressLine()
    var comparison = StrategyComparison(vnis, change, measure: measuringTimeAndMemory)
    comparison.onProgress = { progress.show($0) }
    var figures: [StrategyFigures] = []
    for chosen in choice.made {
      figures.append(
        comparison.figures(of: chosen.strategy, named: chosen.plugin.name, promises: chosen.promises))
    }
    progress.clear()
    let report = SimulationReport(vnis: vnis, change: change, figures: figures, leftOut: choice.leftOut)
    if json { try printJSON(report.record) } else { print(report.text(colours: hasColours), terminator: "") }
    if let svg { try write(ComparisonPicture(figures).svg, to: svg) }
    return 0
  }

  /// Who is there before, and after.
  private func change() throws(UsageError) -> FleetChange {
    var generator = try fleet.generator()
    let before = try fleet.fleet(using: &generator)
    var after = Set(before)
    for text in FleetOptions.elements(remove) {
      let uid: GatewayID
      if text == "random", let one = after.sorted().randomElement(using: &generator) {
        uid = one
      } else {
        uid = try FleetOptions.uid(text, of: "--remove")
      }
      guard after.remove(uid) != nil else {
        throw UsageError(
          before.contains(uid)
            ? "--remove names \(uid) twice"
            : "--remove \(uid) is not one of the gateways, which are \(Self.listed(before))")
      }
    }
    guard !after.isEmpty else {
      throw UsageError("--remove takes all \(before.count) gateways away; leave one at least")
    }
    var added: Set<GatewayID> = []
    for text in FleetOptions.elements(add) {
      let uid = text == "random" ? .random(using: &generator) : try FleetOptions.uid(text, of: "--add")
      guard added.insert(uid).inserted else { throw UsageError("--add names \(uid) twice") }
      guard !before.contains(uid) else {
        throw UsageError("--add \(uid) is one of the gateways already; give a uid that is not")
      }
      after.insert(uid)
    }
    guard after.count <= FleetOptions.mostGateways else {
      throw UsageError(
        "--add makes \(after.count) gateways; a fleet has at most \(FleetOptions.mostGateways)")
    }
    return FleetChange(from: before, to: after)
  }

  private static func listed(_ gateways: [GatewayID]) -> String {
    gateways.prefix(8).map(\.description).joined(separator: ",")
      + (gateways.count > 8 ? " and \(gateways.count - 8) more" : "")
  }

  private var hasColours: Bool {
    // https://no-color.org: any non-empty value.
    isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
      && getenv("TERM").map { String(cString: $0) } != "dumb"
  }

  private func write(_ text: String, to path: String) throws(UsageError) {
    func failed() -> UsageError {
      UsageError(
        "--svg '\(path)' cannot be written: \(String(cString: strerror(errno)))",
        exitCode: UsageError.cannotCreate)
    }
    guard let file = fopen(path, "w") else { throw failed() }
    let isWritten = fputs(text, file) >= 0
    guard fclose(file) == 0, isWritten else { throw failed() }
  }
}

/// How far a simulation has come, on standard error if that is a terminal.
private final class ProgressLine {
  private let isShown = isatty(STDERR_FILENO) == 1
  private var shown = ""

  func show(_ progress: StrategyComparison.Progress) {
    let percent = Int(100 * progress.fraction)
    let bar = String(repeating: "━", count: percent / 4) + String(repeating: " ", count: 25 - percent / 4)
    put("\(progress.strategy.padding(to: 18))\(bar) \(percent) %")
  }

  func clear() {
    put("")
  }

  private func put(_ text: String) {
    guard isShown, text != shown else { return }
    shown = text
    // Back to the line's start, and away with what was there.
    var bytes = "\r\u{1B}[K\(text)"
    bytes.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
