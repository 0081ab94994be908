import Testing

@testable import WMGFramework

@Suite struct DiscoveryNewsTests {
  private func heard(_ uid: UInt64, at milliseconds: Int64, from source: UInt32 = 1) throws -> DiscoveryEvent
  {
    .heard(
      HeardAdvertisement(
        Advertisement(gateway: try #require(GatewayID(rawValue: uid))), from: IPv4Address(rawValue: source),
        ownAddress: nil, receivedAt: MonotonicInstant(nanoseconds: milliseconds * 1_000_000)))
  }

  @Test func ofOneSpeakerTheFirstAndTheLatestAreKept() throws {
    var news = DiscoveryNews()
    for time in [1, 2, 3, 4] as [Int64] { news.add(try heard(11, at: time)) }
    #expect(news.events == [.discovery(try heard(11, at: 1)), .discovery(try heard(11, at: 4))])
  }

  @Test func oneUIDFromTwoAddressesIsTwoSpeakers() throws {
    var news = DiscoveryNews()
    news.add(try heard(11, at: 1, from: 1))
    news.add(try heard(11, at: 2, from: 2))
    news.add(try heard(11, at: 3, from: 1))
    #expect(news.events.count == 3)
  }

  @Test func aFloodIsBoundedAndCounted() throws {
    var news = DiscoveryNews()
    for uid in 1...10_000 as ClosedRange<UInt64> { news.add(try heard(uid, at: 1)) }
    #expect(news.events.count == 4096)
    #expect(news.dropped == 10_000 - 4096)
  }

  @Test func whatChangesTheMeaningOfTheRestComesFirstAndTheDrainLast() throws {
    let time = MonotonicInstant(nanoseconds: 5)
    var news = DiscoveryNews()
    news.add(.drained(through: time))
    news.add(try heard(11, at: 1))
    news.add(.isolated(reason: "no carrier"))
    news.add(.connected)
    news.add(.advertised(at: time))
    news.add(.lapsed(at: time))
    // What was heard and what was sent; of the rest there is one at most.
    #expect(news.count == 2)
    #expect(
      news.events == [
        .discovery(.advertised(at: time)), .discovery(.connected), .discovery(.lapsed(at: time)),
        .discovery(try heard(11, at: 1)), .discovery(.drained(through: time)),
      ])
  }

  @Test func everyAdvertisementSentIsKeptBecauseTheirGapsBetrayAPause() {
    var news = DiscoveryNews()
    let sent = (1...3).map { DiscoveryEvent.advertised(at: MonotonicInstant(nanoseconds: $0)) }
    for event in sent { news.add(event) }
    #expect(news.events == sent.map(Event.discovery))
    for time in 1...1000 { news.add(.advertised(at: MonotonicInstant(nanoseconds: Int64(time)))) }
    #expect(news.events.count == 256)
    #expect(news.events.last == .discovery(.advertised(at: MonotonicInstant(nanoseconds: 1000))))
  }
}
