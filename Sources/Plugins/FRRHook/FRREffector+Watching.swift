import LinuxNetworking
import Logging
import WMGFramework

/// How the effector notices that FRR has lost what it was told.
extension FRREffector {
  // Looking at the sockets costs a few system calls each; asking vtysh would cost 50 ms of work.
  private static let betweenWatches = Duration.seconds(1)
  // A daemon reads its configuration and finds the interfaces after it has made its socket.
  private static let settling = Duration.seconds(1)
  private static let betweenAttempts = Duration.seconds(5)
  private static let longestBetweenAttempts = Duration.seconds(60)
  // After a start it is not known when FRR has read its configuration, by which it advertises. None is 3 s after the
  // start, when by default takeovers begin.
  private static let looksForStandbys: [Duration] = [.seconds(1), .seconds(4), .seconds(6), .seconds(20)]

  private static let betweenLooksForMissing = Duration.milliseconds(200)

  func beginWatching() {
    repeatedly(.watch, every: Self.betweenWatches) { $0.watch() }
    beginReadingBack()
    beginLookingForStandbys()
  }

  func beginReadingBack() {
    timers[.readBack].map(context.loop.cancel)
    timers[.readBack] = nil
    guard settings.readBack > .zero else { return }
    repeatedly(.readBack, every: settings.readBack) { $0.readBackEverything() }
  }

  func beginLookingForStandbys() { lookForStandbys(Self.looksForStandbys[...]) }

  private func repeatedly(_ timer: Timer, every interval: Duration, _ action: @escaping (FRREffector) -> Void)
  {
    once(timer, after: interval) { effector in
      action(effector)
      if effector.connection != nil { effector.repeatedly(timer, every: interval, action) }
    }
  }

  func once(_ timer: Timer, after delay: Duration, _ action: @escaping (FRREffector) -> Void) {
    timers[timer].map(context.loop.cancel)
    timers[timer] = context.loop.schedule(at: context.loop.now + delay) { [weak self] in
      guard let self else { return }
      timers[timer] = nil
      action(self)
    }
  }

  /// Those without which there is no telling or no looking; zebra is watched for the sake of standbys in any case.
  private var neededDaemons: Set<String> {
    Set(settings.daemons.names).union(settings.confirms ? ["zebra"] : [])
  }

  private var watchedDaemons: Set<String> { neededDaemons.union(["zebra"]) }

  /// Looks who listens; those that do not are without an identity, so that they are new when they do. One that may not be
  /// spoken to runs on, for all that is known.
  func meetDaemons() {
    knownOut = []
    for daemon in watchedDaemons {
      let presence = vtysh.sockets.presence(of: daemon)
      switch presence {
      case .listening(let identity): identities[daemon] = identity ?? identities[daemon]
      case .down: identities[daemon] = nil
      case .forbidden: break
      }
      if !presence.isListening, neededDaemons.contains(daemon) { knownOut.insert(daemon) }
    }
  }

  /// A daemon that starts makes its socket anew; at the socket of one that was killed nobody listens.
  private func watch() {
    let former = (identities: identities, out: knownOut)
    meetDaemons()
    noteRestart(
      of: watchedDaemons.filter { identities[$0] != nil && identities[$0] != former.identities[$0] }.sorted())
    let fallen = knownOut.subtracting(former.out).sorted()
    guard let obstacle = fallen.isEmpty ? nil : vtysh.sockets.obstacle(fallen) else { return }
    let held = records.filter(\.value.isHeld).map(\.key)
    let names = fallen.joined(separator: " and ")
    // The core has them taken over again, which fails with the reason until the daemon is back.
    if obstacle.meansSilence {
      context.logger.error(
        "FRR's daemons do not run: what this gateway holds is not advertised",
        metadata: ["daemons": "\(fallen.joined(separator: ","))"])
      drift(held, "FRR's \(names) ended")
    } else {
      context.logger.error(
        "FRR's daemons cannot be reached: what this gateway holds cannot be looked at",
        metadata: ["daemons": "\(fallen.joined(separator: ","))", "reason": "\(obstacle.reason)"])
      drift(held, "FRR's \(names) cannot be reached")
    }
  }

  private func noteRestart(of restarted: [String]) {
    guard !restarted.isEmpty else { return }
    flapped = []
    guard !neededDaemons.isDisjoint(with: restarted) else {
      lookForStandbys(Self.looksForStandbys[...])
      return
    }
    context.counters.add(to: "frr-restarts")
    context.logger.notice(
      "FRR has started anew: it is told everything again",
      metadata: ["daemons": "\(restarted.joined(separator: ","))"])
    isStartTold = settings.template[.start].isEmpty
    for vni in records.keys { records[vni]?.told = .unknown }
    once(.reapply, after: Self.settling) { $0.tellEverything() }
  }

  private func lookForStandbys(_ delays: ArraySlice<Duration>) {
    guard let delay = delays.first else { return }
    once(.flap, after: delay) { effector in
      effector.flapAdvertisedStandbys()
      effector.lookForStandbys(delays.dropFirst())
    }
  }

  /// Tells a new FRR of standbys; of what is held the core is told, which then has it taken over again.
  private func tellEverything() {
    tellOfStandbys(again: Self.betweenAttempts)
    drift(records.filter { $0.value.isHeld && $0.value.told == .unknown }.map(\.key), "FRR has started anew")
    lookForStandbys(Self.looksForStandbys[...])
  }

  /// Tells FRR what goes before everything else and of standbys, until it has taken it, at growing distances.
  private func tellOfStandbys(again delay: Duration) {
    guard !isStopping else { return }
    var script = newScript()
    var standbys: [VNI] = []
    if !settings.template[.release].isEmpty {
      standbys = records.filter { !$0.value.isHeld && $0.value.told != .released }.map(\.key).sorted()
      let facts = readFacts()
      script.add(.release, for: standbys.map { facts.values(of: $0, owner: nil) })
    }
    let telling = run(script, for: standbys, isRelease: true)
    if telling.isHeard {
      for vni in standbys where telling.failures[vni] == nil { records[vni]?.told = .released }
    }
    if let (vni, reason) = telling.failures.min(by: { $0.key < $1.key }) {
      warn("FRR could not be told of standbys: VNI \(vni): \(reason)")
    }
    guard !telling.isHeard || !telling.failures.isEmpty || !isStartTold else { return }
    once(.reapply, after: delay) { $0.tellOfStandbys(again: min(delay * 2, Self.longestBetweenAttempts)) }
  }

  private func drift(_ vnis: [VNI], _ reason: String) {
    guard !vnis.isEmpty else { return }
    for vni in vnis {
      records[vni]?.told = .unknown
      records[vni]?.isConfirmed = false
      records[vni]?.unconfirmedSince = nil
    }
    context.drift(vnis.sorted().map { ($0, reason) })
  }

  /// Looks from time to time whether FRR still has what it was seen to have.
  private func readBackEverything() {
    budget.prune(at: context.loop.now)
    guard settings.confirms, !isStopping else { return }
    let expected = records.filter { $0.value.isHeld && $0.value.isConfirmed }.map(\.key).sorted()
    switch missingMACs(of: expected) {
    case .failure:
      // Once more before anybody is troubled, and one that hangs not at once: a stop may be waiting for this thread.
      guard timers[.unseen] == nil else { break }
      once(.unseen, after: Self.betweenAttempts) { $0.declareUnseen(expected) }
    case .success(let missing):
      if !missing.isEmpty {
        // While FRR was asked, they may have been handed over, which this thread hears of by its next turn.
        once(.missing, after: Self.betweenLooksForMissing) { $0.declareLost(missing) }
      }
      flapAdvertisedStandbys()
    }
  }

  /// Those of which FRR still does not say whether it has them: they are served, and shown as degraded until it does.
  private func declareUnseen(_ vnis: [VNI]) {
    guard !isStopping else { return }
    switch missingMACs(of: vnis.filter(isExpected)) {
    case .success(let missing): declareLost(missing)
    case .failure(let failure):
      warn("FRR cannot be looked at: \(failure.reason)")
      let unseen = vnis.filter(isExpected)
      for vni in unseen { records[vni]?.isConfirmed = false }
      // It was told, and is asked again only, whenever the core tries.
      if !unseen.isEmpty { context.drift(unseen.map { ($0, "FRR cannot be looked at") }) }
    }
  }

  private func isExpected(_ vni: VNI) -> Bool {
    records[vni]?.isHeld == true && records[vni]?.isConfirmed == true
  }

  /// Those that are still expected to be there, and are still not.
  private func declareLost(_ vnis: [VNI]) {
    guard !isStopping, case .success(let lost) = missingMACs(of: vnis.filter(isExpected)) else { return }
    let held = records.count { $0.value.isHeld && $0.value.isConfirmed }
    if !lost.isEmpty, lost.count == held { isStartTold = settings.template[.start].isEmpty }
    drift(lost, "FRR no longer has the virtual MAC as local")
  }

  /// Those of these VNIs whose MAC FRR does not have as local.
  private func missingMACs(of vnis: [VNI]) -> Result<[VNI], VtyshFailure> {
    guard !vnis.isEmpty else { return .success([]) }
    switch readBack(vnis) {
    case .failure(let failure):
      context.counters.add(to: "vtysh-failures")
      return .failure(failure)
    case .success(let answers):
      noteFrozen(answers)
      return .success(vnis.filter { answers[$0]?.isLocal != true })
    }
  }

  /// An FRR that starts takes the macvlans on its bridges for present, those of standbys too: it sees that they are not
  /// when their carrier goes.
  func flapAdvertisedStandbys() {
    guard !isStopping else { return }
    let facts = readFacts()
    let candidates = records.filter { !$0.value.isHeld && !flapped.contains($0.key) }.map(\.key).sorted()
      .filter { facts.isDirect($0) && facts.links[settings.pattern.name(of: $0)]?.isProtoDown == true }
    guard !candidates.isEmpty else { return }
    let answers: [VNI: EVPNMac]
    switch readBack(candidates.map { facts.values(of: $0, owner: nil) }) {
    case .success(let found): answers = found
    case .failure(let failure):
      context.counters.add(to: "vtysh-failures")
      if !failure.meansSilence { warn("FRR cannot be asked about standbys: \(failure.reason)") }
      return
    }
    let advertised = candidates.filter {
      answers[$0]?.isLocal == true && answers[$0]?.interface == settings.pattern.name(of: $0)
    }
    let standbys = flap(advertised, facts)
    guard !standbys.isEmpty else { return }
    flapped.formUnion(standbys)
    context.counters.add(standbys.count, to: "standbys-flapped")
    context.logger.notice(
      "FRR advertised standbys: their protodown was lifted and set once, so that it sees them",
      metadata: ["vnis": "\(VNISet(standbys))"])
  }

  /// Lifts and sets the protodown of those of these VNIs that are still standby; returns them.
  private func flap(_ vnis: [VNI], _ facts: InterfaceFacts) -> [VNI] {
    guard let connection else { return [] }
    let links = vnis.compactMap { vni in
      facts.links[settings.pattern.name(of: vni)].map { (vni: vni, index: $0.index) }
    }
    var standbys: [VNI] = []
    do {
      for start in stride(from: 0, to: links.count, by: 64) {
        let batch = links[start..<min(start + 64, links.count)]
        // While FRR was asked, another effector may have taken some over; what it takes over in the moment between these
        // two calls goes down once more, and it sees that as drift.
        var questions = connection.makeRequests()
        for (_, index) in batch { questions.getLink(index: index) }
        let standby = try states(questions, over: connection).filter(\.value.isProtoDown)
        var requests = connection.makeRequests()
        for (vni, index) in batch where standby[index] != nil {
          standbys.append(vni)
          requests.setProtoDown(false, index: index)
          requests.getLink(index: index)
          requests.setProtoDown(true, index: index)
          requests.getLink(index: index)
        }
        for link in try states(requests, over: connection).values where !link.isProtoDown || link.hasCarrier {
          context.logger.error("\(link.name) is not standby after it was flapped")
        }
      }
    } catch {
      context.logger.error("standbys could not be flapped: \(error)")
    }
    return standbys
  }

  /// Each link as it was at the last answer about it.
  private func states(_ requests: borrowing RouteRequests, over connection: RouteConnection) throws -> [Int32:
    Link]
  {
    var last: [Int32: Link] = [:]
    try connection.perform(requests) { _, answer in
      if case .link(let link) = answer { last[link.index] = link }
    }
    return last
  }
}
