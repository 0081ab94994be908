import Testing

@testable import WMGFramework

/// What becomes of one advertisement after another, and when.
struct PeerTableTests {
  private let start = MonotonicInstant(nanoseconds: 1_000_000_000)

  private func membership(limit: Int = 1024) -> Membership {
    var configuration = CoreHarness.configuration(uid: 100)
    configuration.peerLimit = limit
    return Membership(configuration)
  }

  @discardableResult
  private func hear(
    _ membership: inout Membership, _ uid: UInt64, at milliseconds: Int64 = 0,
    state: Advertisement.State? = nil, presumedIncumbent: Bool = false
  ) -> Membership.Hearing {
    membership.hear(
      HeardAdvertisement(
        Advertisement(gateway: GatewayID(rawValue: uid)!, state: state), from: IPv4Address(rawValue: 1),
        ownAddress: nil, receivedAt: start + .milliseconds(milliseconds)),
      presumedIncumbent: presumedIncumbent)
  }

  private func peer(_ membership: Membership, _ uid: UInt64) -> Membership.Peer? {
    membership.peers[GatewayID(rawValue: uid)!]
  }

  @Test func aJoinerIsWaitedForAndOneThatServesIsThere() {
    var membership = membership()
    #expect(hear(&membership, 200) == .joining(until: start + .seconds(2)))
    #expect(peer(membership, 200)?.joinsAt == start + .seconds(2))
    #expect(membership.nextJudgement == start + .seconds(2))
    #expect(hear(&membership, 200, at: 10) == .again)
    #expect(hear(&membership, 200, at: 20, state: .active) == .appeared)
    #expect(hear(&membership, 200, at: 30, state: .active) == .again)
    #expect(membership.view.map(\.rawValue) == [100, 200])
  }

  @Test func whoServesIsDueADetectionTimeAndTheGraceLater() {
    var membership = membership()
    #expect(hear(&membership, 200, state: .active) == .appeared)
    #expect(membership.nextJudgement == start + .milliseconds(3050))
    // Somebody who is due later puts nothing off.
    #expect(hear(&membership, 300, at: 100, state: .active) == .appeared)
    #expect(membership.nextJudgement == start + .milliseconds(3050))
  }

  @Test func aPresumedIncumbentCountsWhenItIsHeardHalfAnIntervalLater() {
    var membership = membership()
    #expect(hear(&membership, 200, presumedIncumbent: true) == .ignored)
    #expect(peer(membership, 200)?.joinsAt == start + .milliseconds(3050))
    #expect(hear(&membership, 200, at: 499) == .again)
    #expect(hear(&membership, 200, at: 500) == .appeared)
  }

  @Test func aJudgementIsOfThoseThatAreDue() {
    var membership = membership()
    hear(&membership, 200)
    hear(&membership, 200, at: 600)
    #expect(membership.judge(through: start + .milliseconds(1999)).isEmpty)
    #expect(membership.judge(through: start + .seconds(2)) == [.joined(GatewayID(rawValue: 200)!)])
  }

  @Test func aJoinerThatIsSilentByThenIsForgotten() {
    for (time, isThere) in [(3649, true), (3650, false), (9000, false)] as [(Int64, Bool)] {
      var membership = membership()
      hear(&membership, 200)
      hear(&membership, 200, at: 600)
      let uid = GatewayID(rawValue: 200)!
      #expect(
        membership.judge(through: start + .milliseconds(time)) == [isThere ? .joined(uid) : .forgotten(uid)])
    }
  }

  @Test func whoServesTakesTheRoomOfTheGreatestThatSpokeOnce() {
    var membership = membership(limit: 3)
    for uid in [200, 300, 400] as [UInt64] { hear(&membership, uid) }
    #expect(hear(&membership, 150) == .refused)
    #expect(hear(&membership, 150, state: .active) == .appeared)
    #expect(membership.peers.keys.map(\.rawValue).sorted() == [150, 200, 300])
    #expect(membership.refusals == 1)
  }

  @Test func theOnlyOneThatSpokeOnceMakesRoomToo() {
    var membership = membership(limit: 2)
    hear(&membership, 200, state: .active)
    hear(&membership, 300)
    #expect(hear(&membership, 400, state: .active) == .appeared)
    #expect(membership.view.map(\.rawValue) == [100, 200, 400])
  }

  @Test func joinersThatHaveSpokenTwiceStay() {
    var membership = membership(limit: 2)
    for uid in [200, 300] as [UInt64] {
      hear(&membership, uid)
      hear(&membership, uid, at: 500)
    }
    #expect(hear(&membership, 400, at: 600, state: .active) == .refused)
    #expect(membership.peers.count == 2)
  }
}
