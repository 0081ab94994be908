public import WMGFramework

/// Has strategies assign the same VNIs to the same fleet, and measures what comes out.
///
/// Owners take two bytes per VNI, before and after the change. A `ScoringStrategy` is asked chunk by chunk, and the VNIs
/// are not written down; any other may decide by all VNIs at once, so it is given them all, in four bytes each.
public struct StrategyComparison {
  /// How far a comparison has come.
  public struct Progress: Sendable {
    /// The strategy at work.
    public let strategy: String
    /// The part of its work that is done, 0 to 1.
    public let fraction: Double
  }

  /// The VNIs that the fleet serves; at least one.
  public let vnis: VNISet
  /// The fleet, and what becomes of it.
  public let change: FleetChange
  /// Called at the start, then about every tenth of a second, or less often while a strategy takes its time.
  public var onProgress: (Progress) -> Void = { _ in }
  /// Runs a pass and says what it took.
  public var measure: (() -> Void) -> PassCost

  private let count: Int
  private var allVNIs: [VNI] = []

  /// A comparison; nothing is assigned yet.
  public init(_ vnis: VNISet, _ change: FleetChange, measure: @escaping (() -> Void) -> PassCost) {
    precondition(!vnis.isEmpty, "there is a VNI to own")
    self.vnis = vnis
    self.change = change
    self.measure = measure
    count = vnis.count
  }

  /// A strategy that cannot score is asked anew about everything for each gateway that could die; so many pairs of VNI
  /// and gateway are given to that, and at least one death.
  static let pairsForDeaths = 10_000_000_000

  /// The figures of one strategy.
  public mutating func figures(
    of strategy: any AssignmentStrategy, named name: String, promises: StrategyPromises
  ) -> StrategyFigures {
    let scores = strategy is any ScoringStrategy
    if !scores && allVNIs.isEmpty { allVNIs = Array(vnis) }
    let pairs = count * change.before.count
    var tally = FailoverTally(
      change.before, weights: weights(change.before, strategy),
      deaths: scores ? .max : Self.pairsForDeaths / pairs)
    var work = Work(
      strategy: name,
      total: Double(pairs) * (scores ? 2 : 1 + Double(tally.leavers.count))
        + Double(change.isNone ? 0 : count * change.after.count))

    onProgress(Progress(strategy: name, fraction: 0))
    var before = [UInt16](repeating: 0, count: count)
    let cost = measure { assign(change.before, by: strategy, to: &before, &work) }
    let moves: Moves
    let loadsAfter: Loads
    let loadsBefore = loads(change.before, before, strategy)
    if change.isNone {
      moves = Moves(change, before: before.span, after: before.span)
      loadsAfter = loadsBefore
    } else {
      var after = [UInt16](repeating: 0, count: count)
      assign(change.after, by: strategy, to: &after, &work)
      moves = Moves(change, before: before.span, after: after.span)
      loadsAfter = loads(change.after, after, strategy)
    }
    if let strategy = strategy as? any ScoringStrategy {
      tallyOrphans(before, by: strategy, in: &tally, &work)
    } else {
      tallyAnew(before, by: strategy, in: &tally, &work)
    }
    let advice = [change.before, change.after].compactMap { strategy.advice(for: $0.span) }
    return StrategyFigures(
      strategy: name, advice: advice.first == advice.last ? Array(advice.prefix(1)) : advice,
      promises: promises, before: loadsBefore, after: loadsAfter, moves: moves, failover: tally.worst(),
      cost: cost)
  }

  // MARK: - Passes

  /// VNIs are asked about this many at a time: few enough to cost no memory, many enough that a call costs no time.
  private static let chunk = 1 << 16

  private struct Work {
    let strategy: String
    let total: Double
    var done = 0.0
    var reported = 0.0
  }

  private func advance(_ work: inout Work, by pairs: Int) {
    work.done += Double(pairs)
    // About a tenth of a second, at two nanoseconds per pair.
    guard work.done - work.reported > 50_000_000 else { return }
    work.reported = work.done
    onProgress(Progress(strategy: work.strategy, fraction: min(1, work.done / work.total)))
  }

  private func forEachChunk(_ body: (_ start: Int, _ vnis: Span<VNI>) -> Void) {
    var iterator = vnis.makeIterator()
    var part: [VNI] = []
    part.reserveCapacity(min(count, Self.chunk))
    var start = 0
    while start < count {
      part.removeAll(keepingCapacity: true)
      while part.count < Self.chunk, let vni = iterator.next() { part.append(vni) }
      body(start, part.span)
      start += part.count
    }
  }

  private func assign(
    _ view: [GatewayID], by strategy: any AssignmentStrategy, to owners: inout [UInt16], _ work: inout Work
  ) {
    guard strategy is any ScoringStrategy else {
      owners = Self.owners(of: allVNIs.span, in: view, by: strategy, reusing: exchange(&owners, with: []))
      return advance(&work, by: count * view.count)
    }
    var part: [UInt16] = []
    forEachChunk { start, vnis in
      part = Self.owners(of: vnis, in: view, by: strategy, reusing: exchange(&part, with: []))
      for index in part.indices { owners[start + index] = part[index] }
      advance(&work, by: vnis.count * view.count)
    }
  }

  /// The owners of some VNIs, in the storage of earlier ones.
  private static func owners(
    of vnis: Span<VNI>, in view: [GatewayID], by strategy: any AssignmentStrategy,
    reusing storage: consuming [UInt16]
  ) -> [UInt16] {
    var owners = storage
    if owners.count != vnis.count { owners = [UInt16](repeating: 0, count: vnis.count) }
    var span = owners.mutableSpan
    strategy.assign(vnis, to: view.span, owners: &span)
    // As the daemon does with a strategy that names a gateway that is not there.
    for index in span.indices where span[index] >= view.count { span[index] = 0 }
    return owners
  }

  private func weights(_ view: [GatewayID], _ strategy: any AssignmentStrategy) -> [Double] {
    guard let strategy = strategy as? any ProportionalStrategy else {
      return [Double](repeating: 1, count: view.count)
    }
    return view.map { strategy.weight(of: $0) }
  }

  private func loads(_ view: [GatewayID], _ owners: [UInt16], _ strategy: any AssignmentStrategy) -> Loads {
    var counts = [Int](repeating: 0, count: view.count)
    for owner in owners { counts[Int(owner)] += 1 }
    return Loads(gateways: view, counts: counts, weights: weights(view, strategy))
  }

  // MARK: - Deaths

  /// Of a strategy that scores, only the leaver's VNIs move: all deaths together are one pass.
  private func tallyOrphans(
    _ owners: [UInt16], by strategy: some ScoringStrategy, in tally: inout FailoverTally, _ work: inout Work
  ) {
    let views = change.before.count
    forEachChunk { start, vnis in
      // The chunk's VNIs by owner (a counting sort), so that each death is one call.
      var ends = [Int](repeating: 0, count: views + 1)
      for offset in vnis.indices { ends[Int(owners[start + offset]) + 1] += 1 }
      for index in 0..<views { ends[index + 1] += ends[index] }
      var places = ends
      var sorted = [VNI](repeating: vnis[0], count: vnis.count)
      for offset in vnis.indices {
        let owner = Int(owners[start + offset])
        sorted[places[owner]] = vnis[offset]
        places[owner] += 1
      }
      for (row, leaver) in tally.leavers.enumerated() where ends[leaver] < ends[leaver + 1] {
        let orphans = sorted.span.extracting(ends[leaver]..<ends[leaver + 1])
        let heirs = Self.owners(
          of: orphans, in: tally.survivors(of: leaver), by: strategy, reusing: [])
        for heir in heirs { tally.note(row: row, heir: heir) }
      }
      advance(&work, by: vnis.count * views)
    }
  }

  private func tallyAnew(
    _ owners: [UInt16], by strategy: any AssignmentStrategy, in tally: inout FailoverTally,
    _ work: inout Work
  ) {
    var heirs = [UInt16](repeating: 0, count: tally.leavers.isEmpty ? 0 : count)
    for (row, leaver) in tally.leavers.enumerated() {
      assign(tally.survivors(of: leaver), by: strategy, to: &heirs, &work)
      for index in owners.indices where Int(owners[index]) == leaver {
        tally.note(row: row, heir: heirs[index])
      }
    }
  }
}
