import FNVStrategy
import Testing
import WMGFramework
import WMGFrameworkTesting

@Suite struct FNVStrategyTests {
  private func owners(_ gateways: [UInt64], salt: Int = 0) throws -> [GatewayID] {
    var table = AssignmentTable(try VNISet(parsing: "1-10000"), strategy: FNVStrategy(salt: salt))
    _ = table.update(to: gateways.compactMap(GatewayID.init(rawValue:)))
    return table.vnis.indices.map { table.owner(at: $0) }
  }

  @Test func everyGatewayGetsAboutItsShare() throws {
    let counts = Dictionary(grouping: try owners([11, 12, 13, 14])) { $0 }.mapValues(\.count)
    #expect(counts.count == 4)
    for count in counts.values { #expect((2250...2750).contains(count)) }
  }

  @Test func onlyTheVNIsOfTheLeaverMove() throws {
    let before = try owners([11, 12, 13])
    let after = try owners([11, 13])
    for (old, new) in zip(before, after) where old.rawValue != 12 { #expect(old == new) }
  }

  @Test func anotherSaltIsAnotherDistribution() throws {
    #expect(try owners([11, 12, 13]) != owners([11, 12, 13], salt: 7))
  }

  @Test func itKeepsItsPromises() {
    let examination = StrategyExamination(FNVStrategy(), promises: FNVStrategyPlugin().promises)
    #expect(examination.faults() == [])
  }

  /// Gateways are processes of their own, and the next release is one more: all have to agree. After a change of
  /// owners that you want, put the new number here, and change all gateways of a fleet at once.
  @Test func itsOwnersAreTheSameInEveryProcess() {
    let examination = StrategyExamination(FNVStrategy(), promises: FNVStrategyPlugin().promises)
    #expect(examination.digest() == 0xD2CB_E6A6_0DAE_EE8E)
  }
}
