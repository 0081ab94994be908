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

  @Test func ofManyGatewaysSixteenAreNamedAndTheRestCounted() {
    let core = CoreHarness().gateway.core
    let gateways = (1...17).map { GatewayID(rawValue: $0)! }
    #expect(core.describe(Array(gateways.prefix(16))) == "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16")
    #expect(core.describe(gateways) == "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,… (17)")
  }

  @Test func timesAreToldInMillisecondsBelowASecond() {
    let core = CoreHarness().gateway.core
    #expect(core.seconds(.milliseconds(999)) == "999ms")
    #expect(core.seconds(.milliseconds(1000)) == "1.0s")
    #expect(core.seconds(.milliseconds(12_290)) == "12.2s")
  }

  @Test func ofAFloodThatChangesTheViewEightAreNamed() throws {
    let harness = CoreHarness()
    harness.startAlone()
    for uid in 201...220 as ClosedRange<UInt64> { harness.fleet.forge(uid, to: 0, state: .active) }
    let start = harness.now
    harness.run(.milliseconds(10))
    let entry = try #require(harness.logs("ownership changed", since: start).first)
    #expect(entry["reason"] == (201...208).map { "\($0) appeared" }.joined(separator: ", "))
  }

  @Test func adviceIsToldForSixteenTextsAndNoMore() {
    let harness = CoreHarness(strategy: RoundRobin())
    harness.startAlone()
    for uid in 200..<230 as Range<UInt64> { harness.speak(uid) }
    harness.run(.seconds(5))
    harness.speak(200)
    let advice = harness.logs().map(\.message).filter { $0.hasSuffix("in turns") }
    #expect(advice.count == 16 && Set(advice).count == 16)
  }

  @Test func linesAboutPeersAreCountedFromTheFirstOfTenSeconds() {
    var log = PeerLog()
    let start = MonotonicInstant(nanoseconds: 0)
    #expect(log.takeEntries(at: start).isEmpty)
    // Nothing was told yet: the ten seconds begin with what is.
    for _ in 0..<20 { log.add(.info, "peer appeared", ["uid": "1"]) }
    #expect(log.takeEntries(at: start + .seconds(5)).count == 20)
    #expect(log.nextEntries == nil)
    // All of them had a line: there is nothing to sum up.
    #expect(log.takeEntries(at: start + .seconds(15)).isEmpty)
    for _ in 0..<21 { log.add(.info, "peer appeared", ["uid": "1"]) }
    #expect(log.takeEntries(at: start + .seconds(16)).count == 20)
    #expect(log.nextEntries == start + .seconds(26))
  }

  @Test func twentyReasonsAreALineEach() {
    var notes = ReportNotes()
    for vni in vnis.prefix(20) { notes.add(vni, .degraded(reason: "no vrrp4-\(vni)")) }
    notes.add(vnis[20], .drifted(reason: "down"))
    #expect(notes.takeEntries().map(\.message) == Array(repeating: "degraded", count: 20) + ["drift"])
  }

  @Test func whatIsSettledIsToldOnce() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.run(.seconds(10))
    // Two effectors, a millisecond each.
    #expect(harness.logs("settled").map { $0["after"] } == ["2ms"])
  }

  @Test func takeoversAndReleasesAreCountedAndSayFromWhomToWhom() {
    let harness = CoreHarness(vnis: 1...10, strategy: RoundRobin())
    harness.startAlone()
    #expect(harness.gateway.core.tally.takeovers == 10 && harness.gateway.core.tally.releases == 0)
    harness.speak(200, times: 20)
    harness.run(.milliseconds(10))
    #expect(harness.gateway.core.tally.takeovers == 10 && harness.gateway.core.tally.releases == 5)
    #expect(harness.logs("release").map { $0["from"] } == Array(repeating: "100", count: 5))
    #expect(harness.logs("release").map { $0["to"] } == Array(repeating: "200", count: 5))
    let views = harness.gateway.core.tally.viewChanges
    let start = harness.now
    harness.reconfigure(strategy: EverythingToOurs())
    harness.run(.milliseconds(10))
    // Another strategy is no other view.
    #expect(harness.gateway.core.tally.viewChanges == views)
    #expect(harness.logs("takeover", since: start).map { $0["from"] } == Array(repeating: "200", count: 5))
  }

  @Test func whoHoldsNothingAnnouncesNothing() {
    let harness = CoreHarness(vnis: 1...1, strategy: RoundRobin())
    harness.speak(200, times: 20)
    harness.run(.milliseconds(4500))
    #expect(harness.phase == "active" && harness.held == 0)
    let start = harness.now
    harness.send(.refreshRequested([VNI(rawValue: 1)!]))
    #expect(harness.commands(since: start).isEmpty)
    #expect(harness.gateway.core.status(at: harness.now).vnis.map(\.desired) == ["standby"])
  }

  @Test func aJoinerIsToldOfWithTheTimeItIsWaitedFor() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200, state: nil)
    let entries = harness.logs("peer is joining; its VNIs are held until it can serve them")
    #expect(entries.map { $0["for"] } == ["2.0s"])
  }

  @Test func driftIsCounted() throws {
    let harness = CoreHarness()
    harness.startAlone()
    let vni = VNI(rawValue: 3)!
    let epoch = try #require(harness.gateway.effectors[0].epochs[vni])
    harness.send(
      .effectReported(
        effector: 0, reports: [EffectReport(vni: vni, epoch: epoch, content: .drift(reason: "gone"))]))
    harness.run(.milliseconds(10))
    let counters = harness.gateway.core.status(at: harness.now).counters["core"]
    #expect(counters?["drifts-seen"] == 1 && counters?["drifts-repaired"] == 1)
  }

  @Test func whoHasLostTheLastItHeldHasNothingToSettle() {
    let harness = CoreHarness(vnis: 1...1, strategy: RoundRobin())
    harness.startAlone()
    let start = harness.now
    harness.speak(200)
    harness.run(.milliseconds(100))
    #expect(harness.held == 0)
    #expect(harness.logs("release", since: start).count == 1)
    #expect(harness.logs("settled", since: start).isEmpty)
  }

  @Test func adviceIsToldOnceHoweverOftenItComesUp() {
    let harness = CoreHarness(strategy: RoundRobin())
    harness.startAlone()
    for state in [.active, .leaving, .active] as [Advertisement.State] { harness.speak(200, state: state) }
    #expect(harness.view == [100, 200])
    #expect(harness.logs("1 in turns").count == 1 && harness.logs("2 in turns").count == 1)
  }
}

private struct EverythingToOurs: AssignmentStrategy {
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    for index in vnis.indices { owners[index] = 0 }
  }
}
