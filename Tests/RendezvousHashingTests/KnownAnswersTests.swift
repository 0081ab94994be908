import Foundation
import RendezvousHashing
import Testing
import WMGFramework

/// Owners computed by the older Go daemon's formula; uids are texts, because JSON numbers end at 2⁵³.
struct KnownAnswer: Decodable {
  var gateways: [String]
  var vni: UInt32
  var owner: String
}

@Suite struct KnownAnswersTests {
  @Test func everyVectorHasTheOwnerThatTheGoDaemonComputes() throws {
    let file = try #require(Bundle.module.url(forResource: "hrw-vectors", withExtension: "json"))
    let answers = try JSONDecoder().decode([KnownAnswer].self, from: Data(contentsOf: file))
    #expect(answers.count == 300)
    for answer in answers {
      let gateways = answer.gateways.map { GatewayID(rawValue: UInt64($0)!)! }.sorted()
      let owner = owners(RendezvousStrategy(), [VNI(rawValue: answer.vni)!], gateways)[0]
      #expect(owner.description == answer.owner, "vni \(answer.vni) of \(answer.gateways)")
    }
  }

  @Test func theScoreIsTheMurmurFinalizerOfTheProduct() {
    // The finaliser of 1, computed apart from our code, in Python.
    #expect(score(RendezvousStrategy(), 1, 1) == 0xB456_BCFC_34C2_CB2C)
    #expect(score(RendezvousStrategy(), 16, 1 << 60) == 0)
  }
}
