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

  /// The verdict on the last of several packets under our uid, received at these milliseconds.
  private func verdict(
    on times: Int64..., isServing: Bool, state: Advertisement.State? = .active, from source: UInt32 = 2,
    to ownAddress: UInt32? = 1
  ) -> DuplicateWatch.Verdict? {
    var watch = DuplicateWatch(CoreHarness.configuration(uid: 100))
    return times.map { time in
      watch.hear(
        HeardAdvertisement(
          Advertisement(gateway: GatewayID(rawValue: 100)!, state: state),
          from: IPv4Address(rawValue: source),
          ownAddress: ownAddress.map { IPv4Address(rawValue: $0) },
          receivedAt: MonotonicInstant(nanoseconds: time * 1_000_000)),
        isServing: isServing)
    }.last
  }

  @Test func whileListeningHalfAnIntervalIsProof() {
    let source = IPv4Address(rawValue: 2)
    #expect(verdict(on: 1, 500, isServing: false) == .unproven)
    #expect(verdict(on: 1, 501, isServing: false) == .weGo(source: source))
  }

  @Test func runningADetectionTimeLessAQuarterOfAnIntervalIsProof() {
    let source = IPv4Address(rawValue: 2)
    #expect(verdict(on: 1, 1001, 2001, 2750, isServing: true) == .unproven)
    #expect(verdict(on: 1, 1001, 2001, 2751, isServing: true) == .theyGo(source: source))
    // Told once in a detection time.
    #expect(verdict(on: 1, 1001, 2001, 2751, 3751, isServing: true) == .unproven)
  }

  @Test func moreThanTwoIntervalsWithoutAPacketBeginAnew() {
    let source = IPv4Address(rawValue: 2)
    #expect(verdict(on: 1, 2001, 3001, isServing: true) == .theyGo(source: source))
    #expect(verdict(on: 1, 2002, 3002, isServing: true) == .unproven)
  }

  @Test func whoDoesNotKnowToHaveTheLowerAddressGoes() {
    let source = IPv4Address(rawValue: 2)
    #expect(verdict(on: 1, 2001, 3001, isServing: true, to: nil) == .weGo(source: source))
    #expect(verdict(on: 1, 2001, 3001, isServing: true, to: 2) == .weGo(source: source))
    #expect(verdict(on: 1, 2001, 3001, isServing: true, to: 3) == .weGo(source: source))
    #expect(verdict(on: 1, 2001, 3001, isServing: true, state: nil) == .weGo(source: source))
  }
}
