import Testing
import WMGFramework

@testable import UDPBroadcast

@Suite struct PeerTableTests {
  func uid(_ number: UInt64) -> GatewayID { GatewayID(rawValue: number)! }
  let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)

  @Test func knownPeersPassWhenTheTableIsFullAndUnknownOnesDoNot() {
    var table = PeerTable(limit: 2, memory: .seconds(3))
    let outcome1 = table.admit(uid(1), canServe: false, at: start)
    #expect(outcome1)
    let outcome2 = table.admit(uid(2), canServe: false, at: start)
    #expect(outcome2)
    let outcome3 = table.admit(uid(3), canServe: false, at: start + .seconds(1))
    #expect(!outcome3)
    let outcome4 = table.admit(uid(1), canServe: false, at: start + .seconds(1))
    #expect(outcome4)
    #expect(table.count == 2)
  }

  @Test func theSilentAreForgottenWhenRoomIsNeeded() {
    var table = PeerTable(limit: 2, memory: .seconds(3))
    _ = table.admit(uid(1), canServe: false, at: start)
    _ = table.admit(uid(2), canServe: false, at: start)
    _ = table.admit(uid(1), canServe: false, at: start + .seconds(2))
    let outcome5 = table.admit(uid(3), canServe: false, at: start + .seconds(3))
    #expect(!outcome5, "2 is remembered for exactly 3 s")
    let outcome6 = table.admit(uid(3), canServe: false, at: start + .seconds(3) + .nanoseconds(1))
    #expect(outcome6)
    let outcome7 = table.admit(uid(2), canServe: false, at: start + .seconds(4))
    #expect(!outcome7)
    let outcome8 = table.admit(uid(1), canServe: false, at: start + .seconds(4))
    #expect(outcome8)
  }

  @Test func aFloodDoesNotGrowIt() {
    var table = PeerTable(limit: 1024, memory: .seconds(3))
    for number: UInt64 in 1...100_000 { _ = table.admit(uid(number), canServe: false, at: start) }
    #expect(table.count == 1024)
  }

  @Test func whoCanServeTakesThePlaceOfOneThatHasSpokenOnce() {
    var table = PeerTable(limit: 3, memory: .seconds(3))
    _ = table.admit(uid(1), canServe: false, at: start)
    _ = table.admit(uid(1), canServe: false, at: start + .seconds(1))
    _ = table.admit(uid(2), canServe: false, at: start + .milliseconds(1))
    _ = table.admit(uid(3), canServe: false, at: start)
    let outcome1 = table.admit(uid(4), canServe: true, at: start + .seconds(1))
    #expect(outcome1)
    let outcome2 = table.admit(uid(5), canServe: true, at: start + .seconds(1))
    #expect(outcome2)
    // 1 has spoken twice, 4 and 5 can serve: nobody takes their places.
    let outcome3 = table.admit(uid(6), canServe: true, at: start + .seconds(1))
    #expect(!outcome3)
    let outcome4 = table.admit(uid(1), canServe: false, at: start + .seconds(2))
    #expect(outcome4)
    #expect(table.count == 3)
  }
}
