/// Who owns each VNI in the current view, kept up to date at the least cost that the strategy allows.
///
/// Owners are indices into the view, two bytes per VNI. A `ScoringStrategy` is asked only for what one change of view
/// can move: for a joiner two scores per VNI, for a leaver the scores of its own VNIs.
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
  public let vnis: [VNI]
  /// The view that `owners` is for, ascending; empty before the first `update`.
  public private(set) var gateways: [GatewayID] = []
  /// For each VNI the index of its owner in `gateways`.
  public private(set) var owners: [UInt16]
  private let strategy: any AssignmentStrategy

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
    if let strategy = strategy as? any ScoringStrategy, !gateways.isEmpty {
      if let position = Self.position(ofOnlyElementIn: view, missingFrom: gateways) {
        return join(view, at: position, strategy)
      }
      if let position = Self.position(ofOnlyElementIn: gateways, missingFrom: view) {
        return leave(view, at: position, strategy)
      }
    }
    let oldGateways = gateways
    let oldOwners = owners
    gateways = view
    let strategy = strategy
    let vnis = vnis
    var span = owners.mutableSpan
    strategy.assign(vnis.span, to: view.span, owners: &span)
    // Somebody else's strategy may be wrong; to trap on its word would leave everything active.
    for index in span.indices where span[index] >= view.count { span[index] = 0 }
    guard !oldGateways.isEmpty else { return [] }
    var changes: [Change] = []
    for index in owners.indices {
      let from = oldGateways[Int(oldOwners[index])]
      let to = view[Int(owners[index])]
      if from != to { changes.append(Change(index: index, from: from, to: to)) }
    }
    return changes
  }

  /// Scores are asked for this many VNIs at a time: few enough for the first-level cache.
  private static let chunk = 1024

  private mutating func join(
    _ view: [GatewayID], at position: Int, _ strategy: some ScoringStrategy
  ) -> [Change] {
    let joiner = view[position]
    let joinerIndex = UInt16(position)
    gateways = view
    let vnis = vnis
    let view = view.span
    // One span for the whole pass: through the array, every write would ask anew whether it is the only owner.
    var owners = owners.mutableSpan
    var changes: [Change] = []
    changes.reserveCapacity(vnis.count / view.count)
    let joiners = [GatewayID](repeating: joiner, count: Self.chunk)
    var incumbents = joiners
    var joinerScores = [UInt64](repeating: 0, count: Self.chunk)
    var incumbentScores = joinerScores
    for start in stride(from: 0, to: vnis.count, by: Self.chunk) {
      let length = min(Self.chunk, vnis.count - start)
      if length < joinerScores.count {
        joinerScores.removeLast(joinerScores.count - length)
        incumbentScores.removeLast(incumbentScores.count - length)
      }
      var incumbentSpan = incumbents.mutableSpan
      for offset in 0..<length {
        // Indices at and beyond the joiner's place move up by one.
        let owner = owners[start + offset]
        let shifted = owner &+ (owner >= joinerIndex ? 1 : 0)
        owners[start + offset] = shifted
        incumbentSpan[offset] = view[Int(shifted)]
      }
      let part = vnis.span.extracting(start..<(start + length))
      var joinerScoreSpan = joinerScores.mutableSpan
      strategy.score(part, joiners.span.extracting(0..<length), into: &joinerScoreSpan)
      var incumbentScoreSpan = incumbentScores.mutableSpan
      strategy.score(part, incumbentSpan.span.extracting(0..<length), into: &incumbentScoreSpan)
      for offset in 0..<length {
        let score = joinerScoreSpan[offset]
        let incumbentScore = incumbentScoreSpan[offset]
        guard score >= incumbentScore else { continue }
        let incumbent = incumbentSpan[offset]
        if score > incumbentScore || joiner < incumbent {
          owners[start + offset] = joinerIndex
          changes.append(Change(index: start + offset, from: incumbent, to: joiner))
        }
      }
    }
    return changes
  }

  private mutating func leave(
    _ view: [GatewayID], at position: Int, _ strategy: some ScoringStrategy
  ) -> [Change] {
    let leaver = gateways[position]
    let leaverIndex = UInt16(position)
    gateways = view
    let vnis = vnis
    var owners = owners.mutableSpan
    var orphans: [Int] = []
    var orphanVNIs: [VNI] = []
    for index in owners.indices {
      let owner = owners[index]
      if owner == leaverIndex {
        orphans.append(index)
        orphanVNIs.append(vnis[index])
      }
      // A difference rather than a branch, which nobody could predict.
      owners[index] = owner &- (owner > leaverIndex ? 1 : 0)
    }
    var heirs = [UInt16](repeating: 0, count: orphans.count)
    var heirSpan = heirs.mutableSpan
    strategy.assign(orphanVNIs.span, to: view.span, owners: &heirSpan)
    var changes: [Change] = []
    changes.reserveCapacity(orphans.count)
    for (index, heir) in zip(orphans, heirs) {
      owners[index] = heir
      changes.append(Change(index: index, from: leaver, to: view[Int(heir)]))
    }
    return changes
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
