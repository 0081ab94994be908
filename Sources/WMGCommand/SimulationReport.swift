import FleetComparison
import WMGFramework

/// What `wmgwd2 simulate` prints.
struct SimulationReport {
  let vnis: VNISet
  let change: FleetChange
  let figures: [StrategyFigures]
  let leftOut: [(name: String, reason: String)]

  /// The fleet, a table, and what there is to be said of it.
  func text(colours: Bool) -> String {
    var text = "VNIs      \(vnis) (\(vnis.count))\n"
    text += "gateways  \(listed(change.before))\n"
    if !change.removed.isEmpty { text += "remove    \(listed(change.removed))\n" }
    if !change.added.isEmpty { text += "add       \(listed(change.added))\n" }
    text += "\n" + ComparisonTable(figures).rendered(colours: colours)
    var notes: [String] = []
    for figures in figures {
      notes += figures.advice.map { "\(figures.strategy): \($0)" }
      if let failover = figures.failover, failover.triedDeaths < change.before.count {
        notes.append(
          "\(figures.strategy): failover is the worst of \(failover.triedDeaths) gateways' deaths, spread over all"
        )
      }
    }
    notes += leftOut.map { "\($0.name) is left out: \($0.reason)" }
    if !notes.isEmpty { text += "\n" + notes.map { "note: \($0)\n" }.joined() }
    return text
  }

  private func listed(_ gateways: [GatewayID]) -> String {
    let shown = gateways.prefix(gateways.count > 16 ? 6 : 16).map(\.description).joined(separator: ",")
    return gateways.count > 16 ? "\(shown),… (\(gateways.count))" : shown
  }

  /// The same for programs; uids as text, since JSON's numbers do not go that far.
  var record: SimulationRecord { SimulationRecord(self) }
}

/// The JSON of `wmgwd2 simulate`.
struct SimulationRecord: Encodable {
  struct Load: Encodable {
    var uid: String
    var vnis: Int
    var fairShare: Double
  }

  struct Balance: Encodable {
    var fullestOfFair: Double
    var standardDeviation: Double
    var mean: Double
    var loads: [Load]

    init(_ loads: Loads) {
      fullestOfFair = loads.fullest
      standardDeviation = loads.standardDeviation
      mean = loads.mean
      self.loads = loads.gateways.indices.map {
        Load(uid: "\(loads.gateways[$0])", vnis: loads.counts[$0], fairShare: loads.fairShares[$0])
      }
    }
  }

  struct Moved: Encodable {
    var total: Int
    var least: Int
    var ofLeast: Double?
    var fromRemoved: Int
    var toAdded: Int
    var needless: Int
  }

  struct Death: Encodable {
    var dies: String
    var vnis: Int
    var heir: String
    var taken: Int
    var fairShare: Double
    var ofFair: Double?
    var triedDeaths: Int
  }

  struct Promises: Encodable {
    var balance: Double?
    var disruption: String
    var commonRanking: Bool
    var cost: String
    var memory: String
  }

  struct Strategy: Encodable {
    var name: String
    var before: Balance
    var after: Balance
    var moved: Moved
    var failover: Death?
    var seconds: Double
    var memoryBytes: Int?
    var promises: Promises
    var advice: [String]
  }

  var vnis: String
  var vniCount: Int
  var gateways: [String]
  var removed: [String]
  var added: [String]
  var strategies: [Strategy]
  var leftOut: [String: String]

  init(_ report: SimulationReport) {
    vnis = report.vnis.description
    vniCount = report.vnis.count
    gateways = report.change.before.map(\.description)
    removed = report.change.removed.map(\.description)
    added = report.change.added.map(\.description)
    leftOut = Dictionary(report.leftOut.map { ($0.name, $0.reason) }) { $1 }
    strategies = report.figures.map { figures in
      let moves = figures.moves
      let time = figures.cost.time.components
      return Strategy(
        name: figures.strategy, before: Balance(figures.before), after: Balance(figures.after),
        moved: Moved(
          total: moves.total, least: moves.least, ofLeast: moves.ratio, fromRemoved: moves.fromRemoved,
          toAdded: moves.toAdded, needless: moves.betweenStaying),
        failover: figures.failover.map {
          Death(
            dies: "\($0.leaver)", vnis: $0.orphans, heir: "\($0.heir)", taken: $0.taken,
            fairShare: $0.fairShare, ofFair: $0.ratio.isFinite ? $0.ratio : nil, triedDeaths: $0.triedDeaths)
        },
        seconds: Double(time.seconds) + Double(time.attoseconds) / 1e18, memoryBytes: figures.cost.memory,
        promises: Promises(
          balance: figures.promises.balance, disruption: figures.promises.disruption.rawValue,
          commonRanking: figures.promises.hasCommonRanking, cost: figures.promises.cost,
          memory: figures.promises.memory),
        advice: figures.advice)
    }
  }
}
