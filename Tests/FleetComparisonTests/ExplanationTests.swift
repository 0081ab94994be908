import Testing
import WMGFramework

@testable import FleetComparison

@Suite struct ExplanationTests {
  private func explain(_ number: UInt32, _ fleet: [GatewayID], _ strategy: any AssignmentStrategy) throws
    -> Explanation
  {
    Explanation(
      try #require(VNI(rawValue: number)), of: vnis("1-12"), in: fleet, by: strategy,
      from: Stub(name: "mine"))
  }

  @Test func scoresAreRanked() throws {
    // VNI 3: 11·3 = 33 = 5, 12·3 = 36 = 1, 13·3 = 39 = 4 (mod 7).
    let explanation = try explain(3, uids(13, 12, 11), Sevens())
    #expect(explanation.ranking?.map(\.gateway) == uids(11, 13, 12))
    #expect(explanation.ranking?.map(\.score) == [5, 4, 1])
    #expect(explanation.owner == uids(11)[0] && explanation.runnerUp == uids(13)[0])
    #expect(explanation.why == "Its score for this VNI is the greatest.")
    #expect(
      explanation.whenTheOwnerDies
        == "When 11 has been silent for a detection time, 13 takes VNI 3 over. "
        + "VNIs of other owners stay where they are.")
    #expect(explanation.unequalViews.contains("never leave it without an owner"))
  }

  @Test func weightsAndReasonsOfItsOwnAreTold() throws {
    let explanation = try explain(3, uids(11, 12), Reasoned())
    #expect(explanation.ranking?.map(\.weight) == [2, 2])
    #expect(explanation.why == "3 of 2, by decree.")
    #expect(try explain(3, uids(11, 12), Sevens()).ranking?.map(\.weight) == [nil, nil])
  }

  @Test func tiesGoToTheLowestUid() throws {
    // VNI 7: every product is 0 mod 7.
    let explanation = try explain(7, uids(13, 12, 11), Sevens())
    #expect(explanation.ranking?.map(\.gateway) == uids(11, 12, 13))
    #expect(explanation.why.hasPrefix("3 gateways have the same score"))
  }

  @Test func withoutScoresTheRunnerUpIsFoundByTakingTheOwnerAway() throws {
    // VNI 4 mod 4 = 0: 11. Without it, of 12, 13 and 14, 4 mod 3 = 1: 13.
    let explanation = try explain(4, uids(11, 12, 13, 14), Ordinal())
    #expect(explanation.ranking == nil)
    #expect(explanation.owner == uids(11)[0] && explanation.runnerUp == uids(13)[0])
    #expect(explanation.why == "'mine' has no scores to compare: a rule of thumb.")
    // Not 11's before: 1 12→13, 2 13→14, 3 14→12, 5 12→14, 6 13→12, 7 14→13, 9 12→12, 10 13→13, 11 14→14.
    #expect(explanation.bystanders == 6)
    #expect(explanation.whenTheOwnerDies.hasSuffix("6 VNIs that were not 11's change hands too."))
    #expect(explanation.unequalViews.contains("nobody owns it"))
    #expect(explanation.advice == "4 in turns")
  }

  @Test func theOnlyGatewayHasNoRunnerUp() throws {
    for strategy in [Sevens(), Ordinal()] as [any AssignmentStrategy] {
      let explanation = try explain(4, uids(11), strategy)
      #expect(explanation.owner == uids(11)[0] && explanation.runnerUp == nil)
      #expect(explanation.whenTheOwnerDies == "When 11 dies, nobody is left to own VNI 4.")
    }
  }
}

/// Has weights, and a reason that is no score.
private struct Reasoned: ScoringStrategy, ProportionalStrategy, ExplainingStrategy {
  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    for index in scores.indices { scores[index] = gateways[index].rawValue }
  }
  func weight(of gateway: GatewayID) -> Double { 2 }
  func reason(for vni: VNI, among gateways: [GatewayID]) -> String? {
    "\(vni) of \(gateways.count), by decree."
  }
}
