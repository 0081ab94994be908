import Synchronization
import Testing

@testable import WMGFramework

struct AssignmentTableTests {
  private let vnis = VNISet(VNI(rawValue: 1)!...VNI(rawValue: 2500)!)

  /// A fixed sequence, so that a failure can be repeated.
  private struct Sequence: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 33
    }
  }

  @Test(arguments: [UInt64.max, 5, 1] as [UInt64], [1, 2, 3] as [UInt64])
  func incrementalEqualsFull(distinctScores: UInt64, seed: UInt64) {
    var random = Sequence(state: seed)
    let strategy = MixingStrategy(distinctScores: distinctScores)
    var table = AssignmentTable(vnis, strategy: strategy)
    var view: Set<UInt64> = [7]
    for _ in 0..<60 {
      for _ in 0..<[1, 1, 1, 2, 3].randomElement(using: &random)! {
        let uid = UInt64.random(in: 1...20, using: &random)
        if view.remove(uid) == nil { view.insert(uid) }
      }
      view.insert(7)
      let sorted = view.sorted().map { GatewayID(rawValue: $0)! }
      let before = table.gateways.isEmpty ? nil : table.vnis.indices.map { table.owner(at: $0) }
      let changes = table.update(to: sorted)
      var full = AssignmentTable(vnis, strategy: strategy)
      #expect(full.update(to: sorted).isEmpty)
      #expect(table.vnis.indices.allSatisfy { table.owner(at: $0) == full.owner(at: $0) })
      #expect(table.ownership(of: sorted[0]).elementsEqual(full.ownership(of: sorted[0])))
      #expect(table.gateways == sorted)
      if let before {
        let moved = table.vnis.indices.filter { before[$0] != table.owner(at: $0) }
        #expect(changes.map(\.index) == moved)
        #expect(changes.allSatisfy { before[$0.index] == $0.from && table.owner(at: $0.index) == $0.to })
      }
    }
  }

  @Test func aStrategyThatCannotScoreGetsFullPasses() {
    var table = AssignmentTable(vnis, strategy: RoundRobin())
    let uids = (1...3).map { GatewayID(rawValue: $0)! }
    _ = table.update(to: [uids[0]])
    let changes = table.update(to: uids)
    #expect((0..<4).map { table.owner(at: $0) } == [uids[1], uids[2], uids[0], uids[1]])
    #expect(changes.allSatisfy { $0.from == uids[0] && $0.to != uids[0] })
    #expect(table.update(to: uids).isEmpty)
  }

  @Test func gatewaysThatComeBackInAnotherOrderCanLeaveAgain() {
    let strategy = MixingStrategy()
    let uids = (1...3).map { GatewayID(rawValue: $0)! }
    var table = AssignmentTable(vnis, strategy: strategy)
    for view in [[0, 1, 2], [1, 2], [2], [0, 2], [0, 1, 2], [1, 2], [0, 1, 2], [0, 2]] {
      _ = table.update(to: view.map { uids[$0] })
      var full = AssignmentTable(vnis, strategy: strategy)
      _ = full.update(to: view.map { uids[$0] })
      #expect(table.vnis.indices.allSatisfy { table.owner(at: $0) == full.owner(at: $0) }, "\(view)")
      for uid in uids { #expect(table.ownership(of: uid).elementsEqual(full.ownership(of: uid)), "\(view)") }
    }
  }

  @Test func tiesGoToTheLowestUID() {
    var table = AssignmentTable(vnis, strategy: MixingStrategy(distinctScores: 1))
    let uids = (1...3).map { GatewayID(rawValue: $0)! }
    _ = table.update(to: [uids[1]])
    #expect(table.update(to: [uids[1], uids[2]]).isEmpty)
    #expect(table.update(to: uids).count == 2500)
    #expect(table.owner(at: 0) == uids[0])
  }

  @Test func aStrategyThatNamesNobodyStopsNobody() {
    var table = AssignmentTable(vnis, strategy: OutOfRange())
    let uids = (1...4).map { GatewayID(rawValue: $0)! }
    _ = table.update(to: Array(uids[0...1]))
    #expect(table.owner(at: 7) == uids[0])
    _ = table.update(to: uids)
    #expect(table.update(to: Array(uids[1...])).count == 2500)
    #expect(table.owner(at: 7) == uids[1])
  }

  @Test(arguments: [1, 2, 3, 5, 7, 1025] as [UInt32])
  func aLeaverLeavesItsLastVNIsTooHoweverManyThereAre(count: UInt32) {
    let vnis = VNISet(VNI(rawValue: 1)!...VNI(rawValue: count)!)
    let uids = (1...4).map { GatewayID(rawValue: $0)! }
    for leaver in uids {
      var table = AssignmentTable(vnis, strategy: MixingStrategy())
      _ = table.update(to: uids)
      let before = table.vnis.indices.map { table.owner(at: $0) }
      let changes = table.update(to: uids.filter { $0 != leaver })
      #expect(changes.map(\.index) == table.vnis.indices.filter { before[$0] == leaver })
    }
  }

  @Test func whatOneChangeOfViewCannotMoveIsNotAskedFor() {
    let strategy = CountingStrategy()
    let uids = (1...4).map { GatewayID(rawValue: $0)! }
    var table = AssignmentTable(vnis, strategy: strategy)
    _ = table.update(to: Array(uids[0...2]))
    strategy.scores.withLock { $0 = 0 }
    _ = table.update(to: Array(uids[0...2]))
    #expect(strategy.scores.withLock { $0 } == 0)
    _ = table.update(to: uids)
    // One score for each VNI: the joiner's.
    #expect(strategy.scores.withLock { exchange(&$0, with: 0) } == 2500)
    let orphans = table.ownership(of: uids[1]).filter { $0 }.count
    _ = table.update(to: [uids[0], uids[2], uids[3]])
    // For each orphan those of the three that are left, and the heir's once more, to be remembered.
    #expect(strategy.scores.withLock { $0 } == orphans * 4)
  }
}

/// Counts the scores that it is asked for.
private final class CountingStrategy: ScoringStrategy {
  let scores = Mutex(0)

  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    #expect(vnis.count == gateways.count && vnis.count == scores.count)
    self.scores.withLock { $0 += vnis.count }
    MixingStrategy().score(vnis, gateways, into: &scores)
  }
}
