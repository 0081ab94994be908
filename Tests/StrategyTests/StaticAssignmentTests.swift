import RendezvousHashing
import StaticAssignment
import Testing
import WMGFramework

@Suite struct StaticAssignmentTests {
  private func owner(_ vni: UInt32, _ alive: [UInt64], _ table: String) throws -> UInt64 {
    owners(try strategy(StaticPlugin(), [("table", table)]), [VNI(rawValue: vni)!], uids(alive))[0]
  }

  @Test("The first of the list that is alive owns, whatever its uid")
  func preference() throws {
    let table = "1-100=12,11;200,300-310=13;150=14,15,16,17,18"
    #expect(try owner(1, [11, 12, 13], table) == 12)
    #expect(try owner(100, [11, 13], table) == 11)
    #expect(try owner(200, [11, 12, 13], table) == 13)
    #expect(try owner(305, [11, 12, 13], table) == 13)
    #expect(try owner(150, [1, 2, 3, 4, 5, 18], table) == 18)
    #expect(try owner(150, [1, 2, 17, 18], table) == 17)
  }

  @Test("The reason is what the table says, not a score")
  func reasons() throws {
    let strategy = StaticStrategy(try OwnerTable(parsing: "1-50=12,11"))
    func reason(_ vni: UInt32, _ alive: [UInt64]) -> String? {
      strategy.reason(for: VNI(rawValue: vni)!, among: uids(alive))
    }
    #expect(reason(7, [11, 12, 13]) == "The table lists it first for 1-50.")
    #expect(
      reason(7, [11, 13]) == "The table lists 12,11 for 1-50, and 11 is the first of them that is there.")
    #expect(
      reason(7, [13])
        == "The table lists 12,11 for 1-50, and none of them is there: the greatest hash owns it.")
    #expect(reason(51, [12]) == "The table does not list VNI 51: the greatest hash owns it.")
  }

  @Test("Where the table says nothing, or all that it names are dead, owners are those of rendezvous-mixed")
  func fallback() throws {
    let fleet = uids(1...7)
    let made = try strategy(StaticPlugin(), [("table", "1-50=100,101;60-70=102")])
    let mixed = RendezvousMixedStrategy()
    #expect(owners(made, vnis(3000), fleet) == owners(mixed, vnis(3000), fleet))
    #expect(owners(try strategy(StaticPlugin()), vnis(3000), fleet) == owners(mixed, vnis(3000), fleet))
  }

  @Test("VNIs that come in any steps find their entries")
  func anyOrder() throws {
    let made = try strategy(StaticPlugin(), [("table", "1-9=1;20-29=2;40=3;50-59=4")]) as? StaticStrategy
    let table = try #require(made)
    let steps: [(vni: UInt32, owner: UInt64)] = [
      (55, 4), (5, 1), (40, 3), (20, 2), (29, 2), (40, 3), (9, 1), (50, 4),
    ]
    for owner in UInt64(1)...4 {
      let asked = steps.map { VNI(rawValue: $0.vni)! }
      let gateways = [GatewayID](repeating: uids([owner])[0], count: steps.count)
      var scores = [UInt64](repeating: 0, count: steps.count)
      var span = scores.mutableSpan
      table.score(asked.span, gateways.span, into: &span)
      for (step, score) in zip(steps, scores) {
        let isFirst = score == UInt64.max
        #expect(isFirst == (step.owner == owner), "VNI \(step.vni)")
      }
    }
  }

  @Test(
    "Bad tables are complained of in one line",
    arguments: [
      ("1-100", "takes entries such as 1-100=11,12 with semicolons between them; '1-100' is none"),
      ("1=11;", "takes entries such as 1-100=11,12 with semicolons between them; '' is none"),
      ("1=2=3", "takes entries such as 1-100=11,12 with semicolons between them; '1=2=3' is none"),
      ("0=11", "takes VNIs before each '=': VNI 0 is out of range; a VNI is 1 to 16777215"),
      ("5-3=11", "takes VNIs before each '=': range '5-3' ends before it begins; write the lower VNI first"),
      ("1=0", "takes uids from 1 to 18446744073709551615 after each '='; '0' is none"),
      ("1=", "takes uids from 1 to 18446744073709551615 after each '='; '' is none"),
      ("1=11,x", "takes uids from 1 to 18446744073709551615 after each '='; 'x' is none"),
      ("1=11,12,11", "takes each uid once per entry; 11 is twice in '1=11,12,11'"),
      ("1-100=11;200=12;50-60=13", "takes each VNI once; 50 is in two entries"),
      ("7=11;7=11", "takes each VNI once; 7 is in two entries"),
    ])
  func complaints(_ table: String, _ expected: String) {
    #expect(complaint(StaticPlugin(), "table", table) == "--set static.table \(expected), not '\(table)'")
  }

  @Test("Tables that mean the same have the same agreement")
  func agreements() throws {
    func agreed(_ table: String) throws -> String { try agreement(StaticPlugin(), [("table", table)]) }
    #expect(try agreed("200=13;51-100=11,12;1-50=11,12") == "table=1-100=11,12;200=13")
    #expect(try agreed("1-100=11,12;200=13") != agreed("1-50,200=13;51-100=11,12"))
    #expect(try agreed("1-100=11,12") != agreed("1-100=12,11"))
  }
}
