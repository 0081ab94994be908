import ModuloAssignment
import Testing
import WMGFramework

@Suite struct ModuloTests {
  @Test("VNI v goes to number v mod N of the ascending uids")
  func ordinal() {
    #expect(owners(ModuloStrategy(), vnis(7), uids([30, 10, 20])) == [20, 30, 10, 20, 30, 10, 20])
  }

  @Test("Nearly everything moves when one of ten leaves")
  func leave() {
    let fleet = uids(1...10)
    let before = owners(ModuloStrategy(), vnis(9000), fleet)
    let after = owners(ModuloStrategy(), vnis(9000), fleet.filter { $0.rawValue != 5 })
    #expect(zip(before, after).count { $0 != $1 } > 7000)
  }
}
