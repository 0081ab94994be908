import Testing
import WMGFramework

@testable import FleetSimulation

/// Each check can fail: fed with a history that no fleet has lived.
struct JudgeTests {
  /// Two gateways, nothing goes wrong; `after` their start.
  private func world(after duration: Duration = .seconds(20), strategy: Scenario.Strategy = .mixed) -> World {
    var scenario = Scenario(seed: 2, kinds: [.reload])
    scenario.strategy = strategy
    scenario.faults = []
    scenario.baseLoss = 0
    for machine in scenario.machines.indices {
      scenario.machines[machine].isGo = false
      scenario.machines[machine].startsAt = machine < 3 ? .zero : nil
    }
    scenario.quietFrom = duration
    scenario.end = duration
    let world = World(scenario)
    world.run()
    return world
  }

  /// Somebody who owns it, and somebody who does not.
  private func sides(of vni: Int, _ world: World) throws -> (owner: Host, standby: Host) {
    let owner = try #require(world.hosts.first { $0.interfaces[vni].isUp })
    let standby = try #require(world.hosts.first { $0.isRunning && !$0.interfaces[vni].isUp })
    return (owner, standby)
  }

  @Test func aFleetAtRestIsInOrder() {
    let world = world()
    #expect(world.judge.violation == nil)
    world.judge.demandOneOwner()
    world.judge.demandLastWord()
    #expect(world.judge.violation == nil)
  }

  @Test(arguments: Scenario.Strategy.allCases) func twoOwnersAreSeen(strategy: Scenario.Strategy) throws {
    let world = world(strategy: strategy)
    let sides = try sides(of: 3, world)
    world.setInterface(of: sides.standby, 3, isUp: true)
    world.judge.examine(at: world.now + .milliseconds(1))
    #expect(world.judge.violation?.symptom == .twoOwners)
    #expect(world.judge.violation?.machines.count == 2)
  }

  @Test(arguments: Scenario.Strategy.allCases) func noOwnerIsSeen(strategy: Scenario.Strategy) throws {
    let world = world(strategy: strategy)
    let sides = try sides(of: 3, world)
    world.setInterface(of: sides.owner, 3, isUp: false)
    world.judge.examine(at: world.now + .milliseconds(1))
    #expect(world.judge.violation?.symptom == .noOwner)
  }

  @Test func aWindowEnds() throws {
    let world = world()
    let sides = try sides(of: 3, world)
    sides.standby.truth.driftedAt[3] = world.now
    world.setInterface(of: sides.standby, 3, isUp: true)
    world.judge.examine(at: world.now + world.judge.bounds.takeover)
    #expect(world.judge.violation == nil)
    world.judge.examine(at: world.now + world.judge.bounds.takeover + .milliseconds(1))
    #expect(world.judge.violation?.guarantee == .window(.drift))
  }

  @Test("m advertisements lost in a row may make two owners, for an interval after the last; fewer may not")
  func lostAdvertisementsAreCounted() throws {
    for isEnough in [true, false] {
      let world = world()
      let sides = try sides(of: 3, world)
      let bounds = world.judge.bounds
      var known = Acquaintance()
      let last = world.now - bounds.detectionTime
      known.arrived(at: last, judgedUntil: last, awakeSince: nil, bounds, isGo: false, isLate: false)
      for number in (isEnough ? 1 : 2)...bounds.multiplier {
        known.lost(at: last + bounds.interval * number, bounds)
      }
      world.judge.acquaintances[sides.standby.index * world.hosts.count + sides.owner.index] = known
      sides.owner.truth.lastSentAt = last
      world.setInterface(of: sides.standby, 3, isUp: true)
      world.judge.examine(at: world.now + .milliseconds(1))
      #expect((world.judge.violation == nil) == isEnough)
      let end = world.now + bounds.interval + bounds.skew + bounds.takeover
      world.judge.examine(at: end)
      #expect((world.judge.violation == nil) == isEnough)
      world.judge.examine(at: end + .milliseconds(1))
      #expect(world.judge.violation?.symptom == .twoOwners)
    }
  }

  @Test func aGuardThatWorksAgainstItsGatewayIsSeen() throws {
    let world = world()
    let owner = try sides(of: 3, world).owner
    owner.truth.wokeAt = world.now
    world.judge.guardActs(on: owner)
    owner.truth.wokeAt = nil
    owner.process?.pause()
    world.judge.guardActs(on: owner)
    #expect(world.judge.violation == nil)
    owner.process?.wake()
    world.judge.guardActs(on: owner)
    #expect(world.judge.violation?.symptom == .guardActed)
  }

  @Test func aGuardThatDoesNotActIsSeen() throws {
    let world = world()
    let sides = try sides(of: 3, world)
    sides.standby.warden = SimulatedGuard(lastTick: world.now, peersLive: true)
    world.kill(sides.standby)
    world.setInterface(of: sides.standby, 3, isUp: true)
    let bounds = world.judge.bounds
    let end = world.now + bounds.detectionTime + bounds.skew + .milliseconds(200)
    world.judge.examine(at: end)
    #expect(world.judge.violation == nil)
    world.judge.examine(at: end + .milliseconds(1))
    #expect(world.judge.violation?.guarantee == .window(.crash))
  }

  @Test func anOrderlyStopThatLeavesAGapIsSeen() throws {
    let world = world()
    let sides = try sides(of: 3, world)
    sides.owner.truth.stopAskedAt = world.now
    sides.owner.truth.leavingSince = world.now
    sides.owner.truth.wasServingAtStop = true
    for vni in sides.owner.interfaces.indices { world.setInterface(of: sides.owner, vni, isUp: false) }
    world.processExited(sides.owner, code: 0)
    world.judge.examine(at: world.now + .milliseconds(1))
    #expect(world.judge.violation?.symptom == .noOwner)
  }

  @Test func anExitWithAnInterfaceUpIsSeen() throws {
    let world = world()
    world.processExited(try sides(of: 3, world).owner, code: 0)
    #expect(world.judge.violation?.symptom == .activeAtExit)
  }

  @Test func unrecoveredFleetsAreSeen() throws {
    let world = world()
    let sides = try sides(of: 3, world)
    world.setInterface(of: sides.owner, 3, isUp: false)
    world.judge.demandOneOwner()
    #expect(world.judge.violation?.symptom == .notRecovered)
  }

  @Test func aLaterAnnouncementOfAnotherIsSeen() throws {
    let world = world()
    let sides = try sides(of: 3, world)
    sides.standby.truth.lastAnnouncedAt[3] = world.now + .seconds(1)
    world.judge.demandLastWord()
    #expect(world.judge.violation?.symptom == .lastWord)
  }

  @Test func aChangeOfMindWithoutAChangeOfViewIsSeen() throws {
    let world = world()
    let process = try #require(world.hosts[0].process)
    world.judge.noteTurn(of: world.hosts[0], process.record, process.record.with(wanted: 0), isReload: false)
    #expect(world.judge.violation?.symptom == .idleChange)
  }

  @Test func whatIsHeldTooEarlyIsSeen() throws {
    let world = world()
    let process = try #require(world.hosts[0].process)
    let record = process.record.with(phase: .listening(since: nil))
    world.judge.noteTurn(of: world.hosts[0], record, record, isReload: false)
    #expect(world.judge.violation?.symptom == .heldTooEarly)
  }

  @Test func givingUpUnheardIsSeen() throws {
    let world = world()
    let process = try #require(world.hosts[0].process)
    world.judge.noteTurn(
      of: world.hosts[0], process.record.with(phase: .suspended(since: world.now)),
      process.record.with(phase: .listening(since: world.now)), isReload: false)
    #expect(world.judge.violation?.symptom == .gaveUpUnheard)
  }

  @Test func tooManyPeersAreSeen() throws {
    let world = world()
    let process = try #require(world.hosts[0].process)
    world.judge.noteTurn(
      of: world.hosts[0], process.record, process.record.with(peers: 10_000), isReload: false)
    #expect(world.judge.violation?.symptom == .memory)
  }
}

extension TurnRecord {
  /// The same with one thing changed; `wanted` turns the wish at that position over.
  fileprivate func with(phase: Phase? = nil, wanted index: Int? = nil, peers: Int? = nil) -> TurnRecord {
    var wishes = wanted
    if let index { wishes[index].toggle() }
    return TurnRecord(
      phase: phase ?? self.phase, view: view, wanted: wishes, wantedCount: wantedCount,
      remembered: remembered,
      peers: peers ?? self.peers)
  }
}
