import Testing

@testable import WMGFramework

struct DuplicateTests {
  /// Below and above the address of gateway 100, 10.0.1.100.
  private let lower: UInt32 = 0x0A00_0101
  private let higher: UInt32 = 0x0A00_01C8

  @Test func oneForgedPacketOrBurstStopsNobody() {
    let harness = CoreHarness()
    harness.speak(100, times: 3, every: .milliseconds(50), state: nil, from: lower)
    harness.startAlone()
    harness.speak(100, times: 3, every: .milliseconds(50), state: nil, from: lower)
    harness.run(.seconds(10))
    #expect(harness.phase == "active")
    #expect(harness.held == 40)
  }

  @Test func whileListeningASecondPacketRefusesToStart() {
    let harness = CoreHarness()
    harness.speak(100, times: 2, state: .active, from: higher)
    harness.run(.milliseconds(1010))
    #expect(harness.gateway.exitCode == GatewayCore.configurationError)
  }

  @Test func runningItTakesADetectionTime() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(100, times: 10, state: .active, from: lower)
    harness.run(.milliseconds(2900))
    #expect(harness.phase == "active")
    harness.run(.milliseconds(200))
    #expect(harness.gateway.exitCode == 78)
    #expect(harness.held == 0)
  }

  @Test func theLowerAddressStays() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(100, times: 10, state: .active, from: higher)
    harness.run(.seconds(5))
    #expect(harness.phase == "active")
    #expect(harness.logs("another gateway has our uid and should stop; give it another --uid").count == 1)
  }

  @Test func againstAGoSenderOursStops() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(100, times: 10, state: nil, from: higher)
    harness.run(.seconds(4))
    #expect(harness.gateway.exitCode == 78)
  }

  @Test func onlyThroughoutDCounts() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(100, times: 10, every: .milliseconds(2500), state: nil, from: lower)
    harness.run(.seconds(30))
    #expect(harness.phase == "active")
  }
}
