import FleetChaos
import Testing

@Suite struct ExpectedOwnersTests {
  @Test(
    "Known answers of the older Go daemon's formula",
    arguments: [
      (3683, [8, 17], 17), (1, [2, 32], 32),
      (3070, [3, 8, 12, 13, 16, 19, 20, 22, 24, 26, 27, 28, 31, 32, 33, 38], 3),
    ] as [(UInt32, [UInt64], UInt64)])
  func knownAnswers(_ vni: UInt32, _ uids: [UInt64], _ owner: UInt64) {
    #expect(ExpectedOwners.owner(of: vni, among: uids) == owner)
    #expect(ExpectedOwners.owner(of: vni, among: uids.reversed()) == owner)
  }

  @Test("Ties go to the lowest uid; of nobody there is no owner")
  func ties() {
    // 16 times each of them is 0, modulo 2⁶⁴.
    #expect(ExpectedOwners.owner(of: 16, among: [1 << 62, 1 << 60, 1 << 61]) == 1 << 60)
    #expect(ExpectedOwners.owner(of: 1, among: []) == nil)
  }
}
