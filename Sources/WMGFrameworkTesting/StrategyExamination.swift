public import WMGFramework

/// Holds a strategy to what every strategy must do, and to what it promises, over random fleets.
///
///     let examination = StrategyExamination(MyStrategy(), promises: MyPlugin().promises)
///     #expect(examination.faults().isEmpty)
///
/// Where nothing is promised, `firstFault(of:)` looks for a counter-example.
public struct StrategyExamination: Sendable {
  /// The strategy under examination.
  public let strategy: any AssignmentStrategy
  /// What it promises.
  public let promises: StrategyPromises
  /// How many random fleets each property is tried with.
  public let fleets: Int
  /// The seed of all randomness.
  public let seed: UInt64

  /// An examination; the same for the same seed.
  public init(
    _ strategy: any AssignmentStrategy, promises: StrategyPromises, fleets: Int = 1000, seed: UInt64 = 1
  ) {
    self.strategy = strategy
    self.promises = promises
    self.fleets = fleets
    self.seed = seed
  }

  /// What every strategy must do, and what this one promises beyond that.
  public var properties: [StrategyProperty] {
    StrategyProperty.allCases.filter { property in
      switch property {
      case .determinism, .totality: true
      case .independence, .unequalViews: promises.hasCommonRanking
      case .agreement: strategy is any ScoringStrategy
      case .disruption: promises.disruption != .unbounded
      case .balance: promises.balance != nil
      }
    }
  }

  /// The first fault of each of `properties` that has one.
  public func faults() -> [StrategyFault] { properties.compactMap(firstFault(of:)) }

  /// A number that stands for the owners of all VNIs of 100 fleets, always the same ones.
  ///
  /// `faults()` cannot see a strategy whose answer is another one in the next process, as with `Hasher`'s seed: two
  /// processes are needed for that, or a literal. So write down what it once was, and compare:
  ///
  ///     #expect(examination.digest() == 0x5F39_86A4_0B21_D7CE)
  ///
  /// The literal also tells of every change to who owns what, which no release may make unnoticed.
  public func digest() -> UInt64 {
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for number in 0..<100 {
      let fleet = RandomFleet(ofDigest: number)
      for owner in owners(fleet.vnis, fleet.gateways) {
        // FNV-1a (Fowler, Noll and Vo) of whole words, and the high bits brought down.
        digest = (digest ^ (owner?.rawValue ?? 0)) &* 0x100_0000_01B3
        digest ^= digest >> 29
      }
    }
    return digest
  }

  /// The first fleet with which the strategy lacks a property, promised or not; `nil` if there is none among those
  /// tried.
  ///
  /// For `.disruption`, a promise of `.low` is held to in the mean over all fleets, and everything else to the least;
  /// for `.balance`, without a promise the limit is the mean.
  public func firstFault(of property: StrategyProperty) -> StrategyFault? {
    if property == .disruption, promises.disruption == .low { return lowDisruptionFault() }
    for number in 0..<fleets {
      let detail: String? =
        property == .balance
        ? imbalance(number) : detail(of: property, RandomFleet(seed: seed, number: number))
      if let detail { return StrategyFault(property: property, detail: detail, seed: seed, fleet: number) }
    }
    return nil
  }

  private func detail(of property: StrategyProperty, _ fleet: RandomFleet) -> String? {
    switch property {
    case .determinism: indeterminacy(fleet)
    case .totality: omission(fleet)
    case .independence: dependence(fleet)
    case .agreement: disagreement(fleet)
    case .disruption: needlessMove(fleet)
    case .unequalViews: orphan(fleet)
    case .balance: nil
    }
  }

  // MARK: - What every strategy must do

  private func indeterminacy(_ fleet: RandomFleet) -> String? {
    let once = owners(fleet.vnis, fleet.gateways)
    _ = owners(fleet.vnis, Array(fleet.gateways.prefix(1)))
    return owners(fleet.vnis, fleet.gateways) == once ? nil : "two answers for \(fleet)"
  }

  private func omission(_ fleet: RandomFleet) -> String? {
    let owners = indices(fleet.vnis, fleet.gateways)
    guard let place = owners.firstIndex(where: { $0 >= fleet.gateways.count }) else { return nil }
    return "VNI \(fleet.vnis[place]) has no owner among \(fleet)"
  }

  private func dependence(_ fleet: RandomFleet) -> String? {
    var fleet = fleet
    let all = owners(fleet.vnis, fleet.gateways)
    let places = fleet.vnis.indices.filter { _ in Bool.random(using: &fleet.generator) }
    let part = owners(places.map { fleet.vnis[$0] }, fleet.gateways)
    guard let wrong = zip(places, part).first(where: { all[$0.0] != $0.1 }) else { return nil }
    return "VNI \(fleet.vnis[wrong.0]) has another owner in a part of \(fleet)"
  }

  /// Views that change at random, so that the table joins, leaves and passes over all.
  private func disagreement(_ fleet: RandomFleet) -> String? {
    guard strategy is any ScoringStrategy else { return nil }
    var fleet = fleet
    var table = AssignmentTable(VNISet(fleet.vnis), strategy: strategy)
    var view = Set([fleet.gateways[0]])
    for _ in 0..<8 {
      let changing = fleet.gateways.randomElement(using: &fleet.generator) ?? fleet.gateways[0]
      if view.count == 1 || view.remove(changing) == nil { view.insert(changing) }
      let sorted = view.sorted()
      _ = table.update(to: sorted)
      let expected = owners(fleet.vnis, sorted)
      guard let wrong = fleet.vnis.indices.first(where: { table.owner(at: $0) != expected[$0] }) else {
        continue
      }
      return
        "VNI \(fleet.vnis[wrong]) goes to \(table.owner(at: wrong)) by scores and not by a full pass, of \(fleet)"
    }
    return nil
  }

  // MARK: - What some promise

  /// The VNIs that moved although neither their old owner left nor their new one joined, for a leave and a join.
  private func needlessMoves(_ fleet: RandomFleet) -> (moves: [VNI], leaver: GatewayID, joiner: GatewayID) {
    var fleet = fleet
    let leaver = fleet.gateways.randomElement(using: &fleet.generator) ?? fleet.gateways[0]
    let joiner = fleet.outsider()
    let before = owners(fleet.vnis, fleet.gateways)
    let joined = owners(fleet.vnis, (fleet.gateways + [joiner]).sorted())
    var places = fleet.vnis.indices.filter { joined[$0] != before[$0] && joined[$0] != joiner }
    if fleet.gateways.count > 1 {
      let left = owners(fleet.vnis, fleet.gateways.filter { $0 != leaver })
      places += fleet.vnis.indices.filter { left[$0] != before[$0] && before[$0] != leaver }
    }
    return (places.map { fleet.vnis[$0] }, leaver, joiner)
  }

  private func needlessMove(_ fleet: RandomFleet) -> String? {
    let (moves, leaver, joiner) = needlessMoves(fleet)
    return moves.first.map { "VNI \($0) moves needlessly when \(leaver) leaves or \(joiner) joins \(fleet)" }
  }

  /// The share of VNIs that a promise of `.low` may move needlessly per join or leave, in the mean: a tenth.
  static let lowDisruption = 0.1

  private func lowDisruptionFault() -> StrategyFault? {
    let share = needlessShare()
    guard share > Self.lowDisruption else { return nil }
    return StrategyFault(
      property: .disruption, detail: "\(share) of all VNIs move needlessly per join or leave", seed: seed,
      fleet: 0)
  }

  /// The share of VNIs that move needlessly per join or leave, over fleets of 2 to 12 gateways with 20 VNIs each.
  func needlessShare() -> Double {
    var moves = 0
    var vnis = 0
    for number in 0..<fleets {
      let fleet = RandomFleet(of: 2 + number % 11, vnisPerGateway: 20, seed: seed, number: number)
      moves += needlessMoves(fleet).moves.count
      vnis += 2 * fleet.vnis.count
    }
    return Double(moves) / Double(max(1, vnis))
  }

  private func orphan(_ fleet: RandomFleet) -> String? {
    var fleet = fleet
    let views = fleet.unequalViews()
    var isOwned = [Bool](repeating: false, count: fleet.vnis.count)
    for (holder, view) in zip(fleet.gateways, views) {
      for (place, owner) in owners(fleet.vnis, view).enumerated() where owner == holder {
        isOwned[place] = true
      }
    }
    guard let place = isOwned.firstIndex(of: false) else { return nil }
    let told = zip(fleet.gateways, views).map {
      "\($0) hears \($1.map(\.description).joined(separator: ","))"
    }
    return "VNI \(fleet.vnis[place]) of \(fleet.vnis.count) has no owner: \(told.joined(separator: "; "))"
  }

  private func imbalance(_ number: Int) -> String? {
    // Mostly small fleets, as time grows with the square.
    let size = number % 16 == 0 ? 1 + number / 16 % 16 : 1 + number % 5
    let fleet = RandomFleet(of: size, vnisPerGateway: 1000, seed: seed, number: number)
    var shares = [Int](repeating: 0, count: size)
    for owner in indices(fleet.vnis, fleet.gateways) where owner < size { shares[Int(owner)] += 1 }
    let fullest = Double(shares.max() ?? 0) / 1000
    let limit = promises.balance ?? 1
    return fullest > limit ? "a gateway of \(size) owns \(fullest) of the mean; \(limit) is promised" : nil
  }

  // MARK: - Full passes

  private func owners(_ vnis: [VNI], _ gateways: [GatewayID]) -> [GatewayID?] {
    indices(vnis, gateways).map { $0 < gateways.count ? gateways[Int($0)] : nil }
  }

  private func indices(_ vnis: [VNI], _ gateways: [GatewayID]) -> [UInt16] {
    // What is not written is no gateway's index.
    var indices = [UInt16](repeating: .max, count: vnis.count)
    var span = indices.mutableSpan
    strategy.assign(vnis.span, to: gateways.span, owners: &span)
    return indices
  }
}
