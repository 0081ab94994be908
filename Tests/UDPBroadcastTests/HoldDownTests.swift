import LinuxNetworking
import Testing
import WMGFramework

@testable import UDPBroadcast

@Suite struct HoldDownTests {
  let start = MonotonicInstant(nanoseconds: 1_000_000_000)
  let eth0 = BroadcastInterface(name: "eth0", index: 2, address: IPv4Address(rawValue: 0x0A00_010B))
  let eth1 = BroadcastInterface(name: "eth1", index: 3, address: IPv4Address(rawValue: 0x0A00_010B))

  @Test func itDoublesFromOneSecondToSixty() {
    var holdDown = HoldDown()
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
      #expect(holdDown.begin("no", over: eth0, at: start) == "no; trying again in \(seconds) s")
      #expect(holdDown.reason(against: eth0, at: start + .milliseconds(seconds * 1000 - 1)) != nil)
      #expect(holdDown.reason(against: eth0, at: start + .seconds(seconds)) == nil)
    }
    holdDown.reset()
    #expect(holdDown.begin("no", over: eth0, at: start) == "no; trying again in 1 s")
  }

  @Test func anotherInterfaceIsNotHeldDown() {
    var holdDown = HoldDown()
    _ = holdDown.begin("no", over: eth0, at: start)
    #expect(holdDown.reason(against: eth1, at: start) == nil)
  }
}
