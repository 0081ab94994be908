/// Who owns each VNI in the current view, kept up to date at the least cost that the strategy allows.
///
/// Owners are indices into the view, two bytes per VNI. A `ScoringStrategy` is asked only for what one change of view
/// can move: for a joiner one score per VNI, as the owners' scores are remembered (eight bytes per VNI), for a leaver
/// the scores of its own VNIs.
public struct AssignmentTable: Sendable {
  /// One VNI that changed hands.
  public struct Change: Hashable, Sendable {
    /// Its position in `vnis`.
    public let index: Int
    /// Who owned it before.
    public let from: GatewayID
    /// Who owns it now.
    public let to: GatewayID
  }

  /// The VNIs, ascending.
  public private(set) var vnis: [VNI]
  /// The view that `owners` is for, ascending; empty before the first `update`.
  public private(set) var gateways: [GatewayID] = []
  /// For each VNI the index of its owner in `gateways`.
  public private(set) var owners: [UInt16]
  /// For each VNI its owner's score, if the strategy has scores and there is a view.
  private var ownerScores: [UInt64] = []
  private var strategy: any AssignmentStrategy

  /// A table without a view yet.
  public init(_ vnis: VNISet, strategy: any AssignmentStrategy) {
    self.vnis = Array(vnis)
    self.strategy = strategy
    owners = [UInt16](repeating: 0, count: self.vnis.count)
  }

  /// The owner of the VNI at a position.
  public func owner(at index: Int) -> GatewayID { gateways[Int(owners[index])] }

  /// Goes over to another view; `view` is ascending and not empty.
  ///
  /// - Returns: The VNIs that changed hands, ascending; none for the first view.
  public mutating func update(to view: [GatewayID]) -> [Change] {
    guard view != gateways else { return [] }
    let scoring = strategy as? any ScoringStrategy
    if let scoring, !gateways.isEmpty {
      if let position = Self.position(ofOnlyElementIn: view, missingFrom: gateways) {
        return join(view, at: position, scoring)
      }
      if let position = Self.position(ofOnlyElementIn: gateways, missingFrom: view) {
        return leave(view, at: position, scoring)
      }
    }
    let oldGateways = gateways
    let oldOwners = owners
    gateways = view
    owners = Self.owners(of: vnis, in: view, by: strategy)
    if let scoring { rememberScores(of: scoring) }
    guard !oldGateways.isEmpty else { return [] }
    var changes: [Change] = []
    for index in owners.indices {
      let from = oldGateways[Int(oldOwners[index])]
      let to = view[Int(owners[index])]
      if from != to { changes.append(Change(index: index, from: from, to: to)) }
    }
    return changes
  }

  /// Goes over to another VNI set and another strategy, in the same view.
  ///
  /// - Returns: The VNIs of both sets that changed hands, ascending, by their positions in the new one; none without a
  ///   view.
  public mutating func replace(_ vnis: VNISet, strategy: any AssignmentStrategy) -> [Change] {
    let former = self
    self = AssignmentTable(vnis, strategy: strategy)
    guard !former.gateways.isEmpty else { return [] }
    _ = update(to: former.gateways)
    var changes: [Change] = []
    var place = 0
    for index in self.vnis.indices {
      while place < former.vnis.count, former.vnis[place] < self.vnis[index] { place += 1 }
      guard place < former.vnis.count, former.vnis[place] == self.vnis[index] else { continue }
      let from = former.owner(at: place)
      let to = owner(at: index)
      if from != to { changes.append(Change(index: index, from: from, to: to)) }
    }
    return changes
  }

  /// Scores are asked for this many VNIs at a time: few enough for the first-level cache.
  private static let chunk = 1024

  private mutating func rememberScores(of strategy: some ScoringStrategy) {
    ownerScores.removeAll(keepingCapacity: true)
    ownerScores.reserveCapacity(vnis.count)
    for start in stride(from: 0, to: vnis.count, by: Self.chunk) {
      let range = start..<min(start + Self.chunk, vnis.count)
      let holders = owners[range].map { gateways[Int($0)] }
      ownerScores += Self.scores(vnis.span.extracting(range), holders, by: strategy)
    }
  }

  private mutating func join(
    _ view: [GatewayID], at position: Int, _ strategy: some ScoringStrategy
  ) -> [Change] {
    let joiner = view[position]
    let joinerIndex = UInt16(position)
    gateways = view
    let vnis = vnis
    // One span each for the whole pass: through the array, every write would ask anew whether it is the only owner.
    var remembered = exchange(&ownerScores, with: [])
    var ownerScores = remembered.mutableSpan
    var owners = owners.mutableSpan
    var changes: [Change] = []
    changes.reserveCapacity(vnis.count / view.count)
    let joiners = [GatewayID](repeating: joiner, count: Self.chunk)
    var joinerScores = [UInt64](repeating: 0, count: Self.chunk)
    for start in stride(from: 0, to: vnis.count, by: Self.chunk) {
      let length = min(Self.chunk, vnis.count - start)
      if length < joinerScores.count { joinerScores.removeLast(joinerScores.count - length) }
      var scores = joinerScores.mutableSpan
      strategy.score(
        vnis.span.extracting(start..<(start + length)), joiners.span.extracting(0..<length), into: &scores)
      for offset in 0..<length {
        let index = start + offset
        // Indices at and beyond the joiner's place move up by one.
        let owner = owners[index] &+ (owners[index] >= joinerIndex ? 1 : 0)
        owners[index] = owner
        guard scores[offset] >= ownerScores[index] else { continue }
        let incumbent = view[Int(owner)]
        if scores[offset] > ownerScores[index] || joiner < incumbent {
          owners[index] = joinerIndex
          ownerScores[index] = scores[offset]
          changes.append(Change(index: index, from: incumbent, to: joiner))
        }
      }
    }
    self.ownerScores = remembered
    return changes
  }

  private mutating func leave(
    _ view: [GatewayID], at position: Int, _ strategy: some ScoringStrategy
  ) -> [Change] {
    let leaver = gateways[position]
    let leaverIndex = UInt16(position)
    gateways = view
    let vnis = vnis
    var orphans: [Int] = []
    var orphanVNIs: [VNI] = []
    orphans.reserveCapacity(vnis.count / view.count)
    orphanVNIs.reserveCapacity(vnis.count / view.count)
    var remembered = exchange(&ownerScores, with: [])
    var ownerScores = remembered.mutableSpan
    var owners = owners.mutableSpan
    for index in owners.indices {
      let owner = owners[index]
      if owner == leaverIndex {
        orphans.append(index)
        orphanVNIs.append(vnis[index])
      }
      // A difference rather than a branch, which nobody could predict.
      owners[index] = owner &- (owner > leaverIndex ? 1 : 0)
    }
    let heirs = Self.owners(of: orphanVNIs, in: view, by: strategy)
    let heirGateways = heirs.map { view[Int($0)] }
    let heirScores = Self.scores(orphanVNIs.span, heirGateways, by: strategy)
    var changes: [Change] = []
    changes.reserveCapacity(orphans.count)
    for (place, index) in orphans.enumerated() {
      owners[index] = heirs[place]
      ownerScores[index] = heirScores[place]
      changes.append(Change(index: index, from: leaver, to: heirGateways[place]))
    }
    self.ownerScores = remembered
    return changes
  }

  private static func owners(
    of vnis: [VNI], in view: [GatewayID], by strategy: some AssignmentStrategy
  ) -> [UInt16] {
    var owners = [UInt16](repeating: 0, count: vnis.count)
    var span = owners.mutableSpan
    strategy.assign(vnis.span, to: view.span, owners: &span)
    // Somebody else's strategy may be wrong; to trap on its word would leave everything active.
    for index in span.indices where span[index] >= view.count { span[index] = 0 }
    return owners
  }

  private static func scores(
    _ vnis: Span<VNI>, _ gateways: [GatewayID], by strategy: some ScoringStrategy
  ) -> [UInt64] {
    var scores = [UInt64](repeating: 0, count: vnis.count)
    var span = scores.mutableSpan
    strategy.score(vnis, gateways.span, into: &span)
    return scores
  }

  /// If `larger` is `smaller` with one element more: where that element is in `larger`.
  private static func position(
    ofOnlyElementIn larger: [GatewayID], missingFrom smaller: [GatewayID]
  ) -> Int? {
    guard larger.count == smaller.count + 1 else { return nil }
    let position = zip(larger, smaller).enumerated().first { $1.0 != $1.1 }?.offset ?? smaller.count
    return larger[(position + 1)...].elementsEqual(smaller[position...]) ? position : nil
  }
}
