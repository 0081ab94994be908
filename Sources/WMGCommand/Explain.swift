import ArgumentParser
import FleetComparison
import WMGFramework

/// `wmgwd2 explain`: who owns a VNI in a fleet, who is next, and why.
struct Explain: ConfiguredCommand {
  static var configuration: CommandConfiguration {
    let program = GatewayProgram.current.name
    return CommandConfiguration(
      commandName: "\(program) explain",
      abstract: "Say which gateway of a fleet owns a VNI, which is next, and why.",
      discussion: """
        Computes it from the uids; no gateway has to run, and none is asked. Needs no privileges.

          \(program) explain 42 --gateways 11,12,13
          \(program) explain 42 --gateways 11,12,13 --strategy rendezvous-mixed --json
        """)
  }

  @Argument(help: ArgumentHelp("The VNI in question.", valueName: "vni")) var vni: String

  @OptionGroup(title: "Configuration") var file: ConfigurationOption
  @OptionGroup(title: "Fleet") var fleet: FleetOptions
  @OptionGroup var libraries: LibraryOptions

  @Option(help: ArgumentHelp("How VNIs are assigned. (default: rendezvous)", valueName: "plugin"))
  var strategy: String?

  @Option(
    help: ArgumentHelp("Sets an option of the strategy; repeatable.", valueName: "plugin.option=value"))
  var set: [String] = []

  @Flag(help: "Print JSON.") var json = false

  func run(with effective: EffectiveSettings) throws -> Int32 {
    let registry = effective.registry
    guard let number = UInt32(vni), let vni = VNI(rawValue: number) else {
      throw UsageError("'\(vni)' is not a VNI; a VNI is 1 to 16777215")
    }
    var generator = try fleet.generator()
    let gateways = try fleet.fleet(using: &generator)
    var vnis = try fleet.vniSet()
    let isMember = vnis.contains(vni)
    guard isMember || !fleet.saysVNIs else {
      let place =
        effective.settings.first {
          $0.name.plugin == nil && ["vnis", "minvni", "maxvni"].contains($0.name.option)
        }?.place ?? "--vnis"
      throw UsageError("VNI \(vni) is not one of the fleet's, \(vnis) (\(place)); ask for one of these")
    }
    let standard = vnis
    if !isMember { vnis = VNISet(vnis.ranges + [vni...vni]) }
    let names = registry.names(of: .strategy)
    let choice = try StrategyChoice(
      [strategy ?? (names.count == 1 ? names[0] : "rendezvous")], settings: set,
      keeping: effective.pluginSettings, in: registry, fleet: gateways, vnis: vnis)
    guard let chosen = choice.made.first, strategy != "all" else {
      throw UsageError("--strategy all: explain takes one strategy; simulate compares them")
    }
    // Scores do not depend on the other VNIs, so nobody has to say which there are.
    guard isMember || chosen.strategy is any ScoringStrategy else {
      throw UsageError(
        "VNI \(vni) is not one of the fleet's, \(standard) unless you say so, and to '\(chosen.plugin.name)' all of "
          + "them matter; give them with --vnis")
    }
    let explanation = Explanation(
      vni, of: vnis, in: gateways, by: chosen.strategy, from: chosen.plugin)
    let note =
      isMember
      ? nil
      : "Nobody says that the fleet has this VNI; by default it has \(standard). '\(chosen.plugin.name)' looks at each by "
        + "itself."
    if json {
      try printJSON(ExplanationRecord(explanation, note: note))
    } else {
      printText(explanation, gateways.count, note)
    }
    return 0
  }

  private func printText(_ explanation: Explanation, _ count: Int, _ note: String?) {
    print(
      "VNI \(explanation.vni) under '\(explanation.strategy)', \(count) gateway\(count == 1 ? "" : "s")\n")
    func part(_ gateway: GatewayID) -> String {
      gateway == explanation.owner ? "owner" : gateway == explanation.runnerUp ? "runner-up" : ""
    }
    let rows: [(String, String)]
    if let ranking = explanation.ranking {
      let hasWeights = ranking.contains { $0.weight != nil }
      rows =
        [("gateway", hasWeights ? "weight  " + "score".leftPadded(to: 20) : "score")]
        + ranking.map { rank in
          let weight = hasWeights ? (rank.weight.map { "\($0)" } ?? "").leftPadded(to: 6) + "  " : ""
          return ("\(rank.gateway)", weight + "\(rank.score)".leftPadded(to: hasWeights ? 20 : 0))
        }
    } else {
      rows =
        [("gateway", "")]
        + [explanation.owner, explanation.runnerUp].compactMap { $0 }.map { ("\($0)", "") }
    }
    let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
    for (index, (uid, score)) in rows.enumerated() {
      let place = index == 0 ? "  " : "\(index).".leftPadded(to: 2)
      let role = index == 0 ? "" : GatewayID(rawValue: UInt64(uid) ?? 0).map(part) ?? ""
      let line =
        "  \(place.leftPadded(to: "\(rows.count - 1).".count))  \(uid.leftPadded(to: widths.0))"
        + (widths.1 > 0 ? "  \(score.leftPadded(to: widths.1))" : "") + (role.isEmpty ? "" : "  \(role)")
      print(line)
    }
    print("")
    printParagraph("owner", "\(explanation.owner). \(explanation.why)")
    printParagraph("if it dies", explanation.whenTheOwnerDies)
    printParagraph("views", explanation.unequalViews)
    if let note { printParagraph("note", note) }
    if let advice = explanation.advice { printParagraph("warning", advice) }
  }

  /// A text beside its label, in lines that are not too long to read.
  private func printParagraph(_ label: String, _ text: String) {
    var line = label.padding(to: 12)
    for word in text.split(separator: " ") {
      if line.count + 1 + word.count > 100 {
        print(line)
        line = "".padding(to: 12)
      }
      line += (line.hasSuffix(" ") ? "" : " ") + word
    }
    print(line)
  }
}

/// An explanation for programs: uids and scores as text, since JSON's numbers do not go that far.
private struct ExplanationRecord: Encodable {
  struct Rank: Encodable {
    var uid: String
    var score: String
    var weight: Double?
  }

  var vni: UInt32
  var strategy: String
  var owner: String
  var runnerUp: String?
  var ranking: [Rank]?
  var why: String
  var whenTheOwnerDies: String
  var vnisOfOthersMovedThen: Int
  var unequalViews: String
  var advice: String?
  var note: String?

  init(_ explanation: Explanation, note: String?) {
    self.note = note
    vni = explanation.vni.rawValue
    strategy = explanation.strategy
    owner = "\(explanation.owner)"
    runnerUp = explanation.runnerUp?.description
    ranking = explanation.ranking?.map { Rank(uid: "\($0.gateway)", score: "\($0.score)", weight: $0.weight) }
    why = explanation.why
    whenTheOwnerDies = explanation.whenTheOwnerDies
    vnisOfOthersMovedThen = explanation.bystanders
    unequalViews = explanation.unequalViews
    advice = explanation.advice
  }
}
