import Testing
import WMGFramework

@testable import WMGRuntime

@Suite struct CoreInboxTests {
  @Test func theLatestReportOnAVNIReplacesAnEarlierOne() throws {
    var inbox = CoreInbox(effectorCount: 2)
    let vni = try #require(VNI(rawValue: 5))
    inbox.add(EffectReport(vni: vni, epoch: 1, content: .drift(reason: "flap")), from: 1)
    let latest = EffectReport(vni: vni, epoch: 1, content: .outcome(.active))
    inbox.add(latest, from: 1)
    #expect(inbox.events == [.effectReported(effector: 1, reports: [latest])])
  }
}
