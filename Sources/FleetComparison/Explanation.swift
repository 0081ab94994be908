public import WMGFramework

/// Who owns one VNI in a fleet, who is next, and why.
public struct Explanation: Hashable, Sendable {
  /// A gateway and its score.
  public struct Rank: Hashable, Sendable {
    /// The gateway.
    public let gateway: GatewayID
    /// What the strategy makes of it and the VNI.
    public let score: UInt64
    /// How much it should own in proportion to the others, where the strategy has weights.
    public let weight: Double?
  }

  /// The VNI that was asked about.
  public let vni: VNI
  /// The strategy's name.
  public let strategy: String
  /// Who owns it.
  public let owner: GatewayID
  /// Who would own it if the owner were not there; `nil` in a fleet of one.
  public let runnerUp: GatewayID?
  /// All gateways, the best first, among equals the lowest uid; `nil` for a strategy without scores.
  public let ranking: [Rank]?
  /// How many VNIs that were not the owner's change hands when it dies; 0 for every strategy with scores.
  public let bystanders: Int
  /// Why the owner owns it: a sentence.
  public let why: String
  /// What happens when the owner dies: a sentence or two.
  public let whenTheOwnerDies: String
  /// What gateways that do not hear the same peers make of it: a sentence.
  public let unequalViews: String
  /// What the strategy says of this fleet, if anything.
  public let advice: String?

  /// Explains one VNI of a fleet.
  ///
  /// - Parameters:
  ///   - vni: One of `vnis`.
  ///   - vnis: All that the fleet serves; they matter to strategies that weigh one VNI against the others.
  ///   - fleet: The gateways alive; at least one, in any order.
  ///   - plugin: Where the strategy comes from, for its name and what it promises.
  public init(
    _ vni: VNI, of vnis: VNISet, in fleet: [GatewayID], by strategy: any AssignmentStrategy,
    from plugin: any StrategyPlugin
  ) {
    let fleet = Set(fleet).sorted()
    self.vni = vni
    self.strategy = plugin.name
    advice = strategy.advice(for: fleet.span)
    if let scoring = strategy as? any ScoringStrategy {
      let ranking = Self.ranking(of: fleet, for: vni, by: scoring)
      self.ranking = ranking
      owner = ranking[0].gateway
      runnerUp = ranking.dropFirst().first?.gateway
      bystanders = 0
      why =
        (strategy as? any ExplainingStrategy)?.reason(for: vni, among: fleet)
        ?? Self.why(ranking)
    } else {
      let decision = Self.decision(for: vni, of: vnis, in: fleet, by: strategy)
      ranking = nil
      owner = decision.owner
      runnerUp = decision.runnerUp
      bystanders = decision.bystanders
      why = "'\(plugin.name)' has no scores to compare: \(plugin.summary)."
    }
    whenTheOwnerDies = Self.succession(vni, owner, runnerUp, bystanders)
    unequalViews =
      plugin.promises.hasCommonRanking || ranking != nil
      ? "Each VNI has one ranking of all gateways, whoever is alive: gateways that hear different peers may own it "
        + "twice for a while, but never leave it without an owner."
      : "Who is next depends on who is alive: gateways that hear different peers may each leave a VNI to the other, "
        + "so that nobody owns it until they hear the same again."
  }

  private static func ranking(
    of fleet: [GatewayID], for vni: VNI, by strategy: some ScoringStrategy
  ) -> [Rank] {
    var scores = [UInt64](repeating: 0, count: fleet.count)
    var span = scores.mutableSpan
    strategy.score([VNI](repeating: vni, count: fleet.count).span, fleet.span, into: &span)
    let weights = strategy as? any ProportionalStrategy
    return zip(fleet, scores).map { Rank(gateway: $0, score: $1, weight: weights?.weight(of: $0)) }
      .sorted { ($1.score, $0.gateway) < ($0.score, $1.gateway) }
  }

  private static func why(_ ranking: [Rank]) -> String {
    let best = ranking[0]
    let equals = ranking.prefix { $0.score == best.score }.count
    if ranking.count == 1 { return "It is the only gateway." }
    if equals == 1, best.weight != nil {
      return
        "Its score for this VNI is the greatest; a gateway of twice the weight has the greatest for twice as "
        + "many."
    }
    if equals == 1 { return "Its score for this VNI is the greatest." }
    return "\(equals) gateways have the same score for this VNI, the greatest; ties go to the lowest uid."
  }

  /// What a strategy without scores does, with the owner and without it.
  private static func decision(
    for vni: VNI, of vnis: VNISet, in fleet: [GatewayID], by strategy: any AssignmentStrategy
  ) -> (owner: GatewayID, runnerUp: GatewayID?, bystanders: Int) {
    let all = Array(vnis)
    func owners(_ view: [GatewayID]) -> [GatewayID] {
      var owners = [UInt16](repeating: 0, count: all.count)
      var span = owners.mutableSpan
      strategy.assign(all.span, to: view.span, owners: &span)
      return owners.map { view[Int($0) < view.count ? Int($0) : 0] }
    }
    let present = owners(fleet)
    let place = all.firstIndex(of: vni) ?? 0
    let owner = present[place]
    guard fleet.count > 1 else { return (owner, nil, 0) }
    let without = owners(fleet.filter { $0 != owner })
    let bystanders = zip(present, without).count { $0 != owner && $0 != $1 }
    return (owner, without[place], bystanders)
  }

  private static func succession(
    _ vni: VNI, _ owner: GatewayID, _ runnerUp: GatewayID?, _ bystanders: Int
  ) -> String {
    guard let runnerUp else { return "When \(owner) dies, nobody is left to own VNI \(vni)." }
    let others =
      switch bystanders {
      case 0: "VNIs of other owners stay where they are."
      case 1: "1 VNI that was not \(owner)'s changes hands too."
      default: "\(grouped(bystanders)) VNIs that were not \(owner)'s change hands too."
      }
    return "When \(owner) has been silent for a detection time, \(runnerUp) takes VNI \(vni) over. \(others)"
  }
}
