import Testing

@testable import WMGFramework

/// Whether others would serve if this gateway died: what its guard goes by.
struct CompanyTests {
  @Test func atTheStartOthersArePresumed() {
    let harness = CoreHarness()
    #expect(harness.gateway.core.hasCompany)
    harness.run(.milliseconds(2900))
    #expect(harness.phase == "listening" && harness.gateway.core.hasCompany)
  }

  @Test func oneThatHasHeardNobodyIsAlone() {
    let harness = CoreHarness()
    harness.startAlone()
    #expect(harness.held == 40 && !harness.gateway.core.hasCompany)
  }

  @Test func aPeerThatCanServeIsCompany() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(300)
    #expect(harness.gateway.core.hasCompany)
  }

  @Test("One that is joining is company, for it serves in a moment; one that spoke once is not for long")
  func joining() {
    let harness = CoreHarness()
    harness.startAlone()
    // A Go daemon speaks before it can serve, and so does a forged packet.
    harness.speak(200, state: nil)
    #expect(harness.gateway.core.hasCompany)
    harness.run(.seconds(3))
    #expect(harness.held == 40 && !harness.gateway.core.hasCompany)
  }

  @Test func whenTheLastPeerExpiresItIsAlone() {
    let harness = CoreHarness()
    harness.speak(200, times: 5)
    harness.run(.milliseconds(3500))
    #expect(harness.gateway.core.hasCompany)
    harness.run(.seconds(5))
    #expect(harness.held == 40 && !harness.gateway.core.hasCompany)
  }

  @Test func isolatedItIsWhatItWasBefore() {
    let harness = CoreHarness()
    harness.speak(200, times: 5)
    harness.run(.milliseconds(3500))
    harness.gateway.setConnected(false)
    harness.run(.seconds(30))
    #expect(harness.gateway.core.hasCompany)

    let alone = CoreHarness()
    alone.startAlone()
    alone.gateway.setConnected(false)
    alone.run(.seconds(30))
    #expect(!alone.gateway.core.hasCompany)
  }

  @Test func whoIsIsolatedCannotKnowThatItIsAlone() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.speak(200)
    harness.gateway.setConnected(false)
    harness.speak(200, state: .leaving)
    #expect(harness.view == [100])
    #expect(harness.gateway.core.hasCompany)
  }

  @Test("Joining again it has forgotten everybody, and may not have let go yet: it is not taken for alone")
  func joiningAgain() {
    let harness = CoreHarness()
    harness.speak(200, times: 5)
    harness.run(.milliseconds(3500))
    harness.gateway.isPaused = true
    harness.run(.seconds(10))
    harness.gateway.isPaused = false
    harness.run(.milliseconds(100))
    #expect(harness.phase == "suspended" && harness.gateway.core.hasCompany)
    harness.speak(300)
    #expect(harness.phase == "listening" && harness.gateway.core.hasCompany)
  }

  @Test func stoppingChangesNothing() {
    let harness = CoreHarness()
    harness.speak(200, times: 5)
    harness.run(.milliseconds(3500))
    harness.send(.stopRequested)
    harness.run(.milliseconds(3200))
    #expect(harness.phase == "leaving" && harness.gateway.core.hasCompany)
    harness.run(.seconds(2))
    #expect(harness.phase == "stopped" && harness.gateway.core.hasCompany)
    #expect(!harness.gateway.core.mayLeaveActive)
  }

  @Test("It may be silent while it holds nothing, or holds it because it is isolated")
  func silence() {
    let harness = CoreHarness()
    harness.speak(200, times: 5)
    #expect(harness.phase == "listening" && harness.gateway.core.mayBeSilent)
    harness.run(.milliseconds(3500))
    #expect(harness.phase == "active" && !harness.gateway.core.mayBeSilent)
    harness.gateway.setConnected(false)
    harness.run(.milliseconds(100))
    #expect(harness.held > 0 && harness.gateway.core.mayBeSilent)
    harness.run(.seconds(10))
    #expect(harness.phase == "suspended" && harness.held > 0 && harness.gateway.core.mayBeSilent)
    harness.gateway.setConnected(true)
    harness.run(.milliseconds(100))
    #expect(harness.phase == "suspended" && harness.held > 0 && !harness.gateway.core.mayBeSilent)
    harness.speak(300)
    #expect(harness.phase == "listening" && harness.gateway.core.mayBeSilent)
    harness.run(.milliseconds(500))
    #expect(harness.held == 0 && harness.gateway.core.mayBeSilent)
  }

  @Test func stoppingItMayBeSilentOnlyWhenItHoldsNothing() {
    let harness = CoreHarness()
    harness.speak(200, times: 5)
    harness.run(.milliseconds(3500))
    harness.send(.stopRequested)
    harness.run(.milliseconds(3200))
    #expect(harness.phase == "leaving" && !harness.gateway.core.mayBeSilent)
    harness.run(.seconds(2))
    #expect(harness.phase == "stopped" && harness.gateway.core.mayBeSilent)
  }

  @Test("Stopping, its guard counts from a detection time before it lets go", arguments: [true, false])
  func leaving(isConnected: Bool) throws {
    let harness = CoreHarness { $0.stopMargin = .seconds(5) }
    harness.speak(200, times: 5)
    harness.run(.milliseconds(3500))
    // Isolated for less than a detection time it has not let go of anything, and says no farewell.
    if !isConnected { harness.gateway.setConnected(false) }
    harness.run(.milliseconds(1500))
    #expect(harness.phase == "active" && harness.gateway.core.leavesAsOf == nil)
    harness.send(.stopRequested)
    harness.run(.milliseconds(200))
    let last = try #require(harness.gateway.core.lastAdvertised)
    #expect(isConnected || harness.now - last > .seconds(1))
    #expect(harness.gateway.core.leavesAsOf == last + .seconds(5))
    harness.run(last + .seconds(8) - harness.now - .milliseconds(1))
    #expect(harness.phase == "leaving" && harness.held > 0)
    harness.run(.milliseconds(50))
    #expect(harness.held == 0 && harness.gateway.core.leavesAsOf == nil)
  }

  @Test func whatIsOnItsWayToStandbyMayBeActive() {
    let harness = CoreHarness()
    #expect(harness.gateway.core.mayLeaveActive)
    harness.startAlone()
    #expect(!harness.gateway.core.mayLeaveActive)
    harness.send(.pluginFailed(effector: 0, reason: "gone", exitCode: 71))
    #expect(harness.gateway.core.mayLeaveActive)
    harness.run(.seconds(1))
    // What it carried, nobody has made standby.
    #expect(harness.phase == "stopped" && harness.gateway.core.mayLeaveActive)
  }

  @Test func whatCouldNotBeMadeStandbyMayBeActive() {
    let harness = CoreHarness()
    harness.startAlone()
    harness.gateway.effectors[0].exceptions[VNI(rawValue: 40)!] = .fails(reason: "stuck")
    harness.reconfigure { $0.vnis = VNISet(VNI(rawValue: 1)!...VNI(rawValue: 39)!) }
    harness.run(.milliseconds(100))
    #expect(harness.gateway.core.ownership.awaited == 0)
    #expect(harness.gateway.core.mayLeaveActive)
  }

  @Test func whatHasLeftTheConfigurationIsManagedUntilItIsStandby() {
    let harness = CoreHarness()
    harness.startAlone()
    #expect(harness.gateway.core.managedVNIs.description == "1-40")
    harness.reconfigure { $0.vnis = VNISet(VNI(rawValue: 11)!...VNI(rawValue: 50)!) }
    #expect(harness.gateway.core.managedVNIs.description == "1-50")
    #expect(harness.gateway.core.hasDepartingVNIs)
    harness.run(.seconds(1))
    #expect(harness.gateway.core.managedVNIs.description == "11-50")
    #expect(!harness.gateway.core.hasDepartingVNIs)
  }
}
