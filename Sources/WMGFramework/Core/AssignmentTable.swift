/// Who owns each VNI in the current view, kept up to date at the least cost that the strategy allows.
///
/// Owners are two bytes per VNI: the owner's seat, which it keeps as long as it is in the view. A `ScoringStrategy` is
/// asked only for what one change of view can move: for a joiner one score per VNI, as the owners' scores are remembered
/// (eight bytes per VNI), for a leaver the scores of its own VNIs.
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
  /// The view that the owners are for, ascending; empty before the first `update`.
  public private(set) var gateways: [GatewayID] = []
  /// Who sits where; a seat does not change while others come and go, so that nothing has to be renumbered for them.
  private var seats: [GatewayID] = []
  /// The seats of those who have left; nobody's VNI is there.
  private var vacant: [UInt16] = []
  /// For each VNI its owner's seat.
  private var holders: [UInt16]
  /// For each VNI its owner's score, if the strategy has scores and there is a view.
  private var ownerScores: [UInt64] = []
  private var strategy: any AssignmentStrategy
  var deliberateFaults: DeliberateFaults = []

  /// A table without a view yet.
  public init(_ vnis: VNISet, strategy: any AssignmentStrategy) {
    self.init(vnis: Array(vnis), strategy: strategy)
  }

  private init(vnis: [VNI], strategy: any AssignmentStrategy) {
    self.vnis = vnis
    self.strategy = strategy
    holders = [UInt16](repeating: 0, count: self.vnis.count)
  }

  /// The owner of the VNI at a position.
  public func owner(at index: Int) -> GatewayID { seats[Int(holders[index])] }

  /// For each VNI whether this gateway owns it; one comparison of small numbers each.
  public func ownership(of gateway: GatewayID) -> some RandomAccessCollection<Bool> {
    let seat = gateways.contains(gateway) ? seats.firstIndex(of: gateway).map { UInt16($0) } : nil
    return holders.lazy.map { $0 == seat }
  }

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
    let isFirst = gateways.isEmpty
    let oldSeats = seats
    let oldHolders = holders
    gateways = view
    seats = view
    vacant = []
    holders = Self.owners(of: vnis, in: view, by: strategy)
    if let scoring { rememberScores(of: scoring) }
    guard !isFirst else { return [] }
    var changes: [Change] = []
    for index in holders.indices {
      let from = oldSeats[Int(oldHolders[index])]
      let to = owner(at: index)
      if from != to { changes.append(Change(index: index, from: from, to: to)) }
    }
    return changes
  }

  /// Goes over to another table, of other VNIs or by another strategy, in this one's view.
  ///
  /// - Parameter other: Costs the less, the nearer its view is to this one's; without a view it costs a full pass.
  /// - Returns: The VNIs that both have and that changed hands, ascending, by their positions in the other.
  public mutating func replace(by other: AssignmentTable) -> [Change] {
    let former = self
    self = other
    guard !former.gateways.isEmpty else {
      self = AssignmentTable(vnis: other.vnis, strategy: other.strategy)
      return []
    }
    _ = update(to: former.gateways)
    var changes: [Change] = []
    var place = 0
    for index in vnis.indices {
      while place < former.vnis.count, former.vnis[place] < vnis[index] { place += 1 }
      guard place < former.vnis.count, former.vnis[place] == vnis[index] else { continue }
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
      let owners = holders[range].map { seats[Int($0)] }
      ownerScores += Self.scores(vnis.span.extracting(range), owners, by: strategy)
    }
  }

  private mutating func join(
    _ view: [GatewayID], at position: Int, _ strategy: some ScoringStrategy
  ) -> [Change] {
    let joiner = view[position]
    gateways = view
    // One that comes back gets its own seat back, so that nobody is ever found in two.
    let formerSeat = vacant.firstIndex { self.seats[Int($0)] == joiner }.map { vacant.remove(at: $0) }
    let seat = formerSeat ?? vacant.popLast() ?? UInt16(seats.count)
    if Int(seat) == seats.count { seats.append(joiner) } else { seats[Int(seat)] = joiner }
    let vnis = vnis
    let seats = seats
    let tiesToTheJoiner = deliberateFaults.contains(.tiesToTheJoiner)
    // One span each for the whole pass: through the array, every write would ask anew whether it is the only owner.
    var remembered = exchange(&ownerScores, with: [])
    var ownerScores = remembered.mutableSpan
    var holders = holders.mutableSpan
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
        guard scores[offset] >= ownerScores[index] else { continue }
        let incumbent = seats[Int(holders[index])]
        if scores[offset] > ownerScores[index] || joiner < incumbent || tiesToTheJoiner {
          holders[index] = seat
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
    guard let seat = seats.firstIndex(of: leaver).map({ UInt16($0) }) else { return [] }
    gateways = view
    vacant.append(seat)
    let orphans = positions(of: seat)
    let orphanVNIs = orphans.map { vnis[$0] }
    let heirs = Self.owners(of: orphanVNIs, in: view, by: strategy)
    let heirGateways = heirs.map { view[Int($0)] }
    let heirScores = Self.scores(orphanVNIs.span, heirGateways, by: strategy)
    let seatsOfHeirs = seats(of: view)
    var remembered = exchange(&ownerScores, with: [])
    var ownerScores = remembered.mutableSpan
    var holders = holders.mutableSpan
    var changes: [Change] = []
    changes.reserveCapacity(orphans.count)
    for (place, index) in orphans.enumerated() {
      holders[index] = seatsOfHeirs[Int(heirs[place])]
      ownerScores[index] = heirScores[place]
      changes.append(Change(index: index, from: leaver, to: heirGateways[place]))
    }
    self.ownerScores = remembered
    return changes
  }

  /// Where each gateway of a view sits.
  private func seats(of view: [GatewayID]) -> [UInt16] {
    var places: [GatewayID: UInt16] = [:]
    for (seat, gateway) in seats.enumerated() where !vacant.contains(UInt16(seat)) {
      places[gateway] = UInt16(seat)
    }
    return view.map { places[$0] ?? 0 }
  }

  /// The VNIs (by position) whose owner has this seat.
  private func positions(of seat: UInt16) -> [Int] {
    var positions: [Int] = []
    positions.reserveCapacity(holders.count / max(1, gateways.count))
    // Four at a time: where one of them is the seat, one of the differences is zero, and only then subtracting 1 from
    // each borrows into a top bit that was not set.
    let ones: UInt64 = 0x0001_0001_0001_0001
    let seats = ones &* UInt64(seat)
    let inFours = holders.count / 4 * 4
    holders.span.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: inFours, by: 4) {
        let differences = bytes.loadUnaligned(fromByteOffset: start * 2, as: UInt64.self) ^ seats
        guard (differences &- ones) & ~differences & (ones << 15) != 0 else { continue }
        for index in start..<(start + 4) where holders[index] == seat { positions.append(index) }
      }
    }
    for index in inFours..<holders.count where holders[index] == seat { positions.append(index) }
    return positions
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
