import Logging
import Testing

@testable import WMGFramework

struct LogTests {
  private let vnis = (1...30).map { VNI(rawValue: $0)! }
  private let uid = GatewayID(rawValue: 11)!

  @Test func oneLinePerChangeUpToTwenty() {
    var log = OwnershipLog(uid: uid, reason: "12 expired")
    #expect(log.isEmpty && log.entries.isEmpty)
    for vni in vnis.prefix(19) { log.add(vni, from: GatewayID(rawValue: 12), to: uid) }
    log.add(vnis[19], from: uid, to: nil)
    #expect(log.entries.count == 20)
    #expect(log.entries[0].message == "takeover")
    #expect(
      log.entries[0].fields.map { "\($0.name)=\($0.value)" } == [
        "vni=1", "from=12", "to=11", "reason=12 expired",
      ])
    #expect(log.entries[19].message == "release")
    #expect(log.entries[19]["to"] == "-")
  }

  @Test func oneSummaryBeyond() {
    var log = OwnershipLog(uid: uid, reason: "joined")
    for vni in vnis.prefix(21) { log.add(vni, from: nil, to: uid) }
    #expect(log.entries.count == 1)
    #expect(
      log.entries[0].fields.map { "\($0.name)=\($0.value)" } == [
        "taken=21", "released=0", "first=1", "last=21", "reason=joined",
      ])
  }

  @Test func reportsOfOneReasonAreOneLine() {
    var notes = ReportNotes()
    for vni in vnis { notes.add(vni, .degraded(reason: "no interface")) }
    notes.add(vnis[3], .drifted(reason: "down"))
    notes.add(vnis[3], .recovered)
    notes.add(vnis[3], .confirmed(active: true))
    let entries = notes.takeEntries()
    #expect(entries.map(\.message) == ["degraded", "drift", "recovered"])
    #expect(entries[0]["vni"] == "1-30")
    #expect(notes.takeEntries().isEmpty)
  }

  @Test func manyReasonsAreOneSummary() {
    var notes = ReportNotes()
    for vni in vnis { notes.add(vni, .degraded(reason: "no vrrp4-\(vni)")) }
    let entries = notes.takeEntries()
    #expect(entries.count == 1)
    #expect(entries[0]["count"] == "30" && entries[0]["first"] == "1")
  }

  @Test func linesAboutPeersAreBounded() {
    var log = PeerLog()
    let start = MonotonicInstant(nanoseconds: 0)
    for _ in 0..<50 { log.add(.info, "peer appeared", ["uid": "1"]) }
    #expect(log.takeEntries(at: start).count == 20)
    #expect(log.nextEntries == start + .seconds(10))
    #expect(log.takeEntries(at: start + .seconds(9)).isEmpty)
    let summary = log.takeEntries(at: start + .seconds(10))
    #expect(summary.count == 1 && summary[0]["omitted"] == "30")
    #expect(log.nextEntries == nil)
    for _ in 0..<50 { log.add(.info, "peer appeared", ["uid": "1"]) }
    #expect(log.takeEntries(at: start + .seconds(11)).count == 19)
  }

  @Test func statusAndAdviceSayWhatIs() {
    let harness = CoreHarness(strategy: RoundRobin())
    harness.gateway.effectors[0].exceptions[VNI(rawValue: 4)!] = .fails(reason: "no vrrp4-4")
    let listening = harness.gateway.core.status(at: harness.now)
    #expect(listening.phase == "listening" && listening.vnis[0].owner == nil)
    harness.startAlone()
    harness.speak(200, times: 2)
    harness.speak(300, state: nil)
    harness.run(.milliseconds(250))
    let status = harness.gateway.core.status(at: harness.now)
    #expect(status.uid == "100" && status.phase == "active" && status.isolated == nil)
    #expect(status.peers.map(\.uid) == ["200", "300"])
    #expect(status.peers.map(\.state) == ["alive", "joining"])
    #expect(status.peers[0].ageMilliseconds == 250 && status.peers[0].address == "10.0.1.200")
    #expect(status.vnis.count == 40)
    #expect(
      status.vnis[1].owner == "100" && status.vnis[1].desired == "active"
        && status.vnis[1].confirmed == "active")
    #expect(status.vnis[0].owner == "200" && status.vnis[0].confirmed == "standby")
    #expect(status.vnis[3].degraded == "no vrrp4-4" && status.vnis[3].confirmed == "unknown")
    #expect(status.counters["core"]?["held"] == 20 && status.counters["core"]?["degraded"] == 1)
    // Advice once per text.
    #expect(harness.logs("1 in turns").count == 1 && harness.logs("2 in turns").count == 1)
    // Degraded once, however often it is tried.
    harness.run(.seconds(5))
    #expect(harness.logs("degraded").count == 1)
    #expect(harness.logs("settled").first?["held"] == "40")
  }
}
