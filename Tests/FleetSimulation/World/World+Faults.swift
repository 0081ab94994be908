import WMGFramework

// How faults begin and end.
extension World {
  func begin(_ number: Int) {
    let fault = scenario.faults[number]
    for machine in fault.machines { chronicle.note(now, machine, .said("fault: \(fault)")) }
    let befallen = fault.machines.map { hosts[$0] }
    switch fault.kind {
    case .loss, .asymmetricLoss, .reordering, .delay, .duplication, .oneWayLink, .oneWayPartition,
      .partitionOfOne, .partitionOfHalves:
      network.begin(
        Network.Disturbance(
          fault: number, kind: fault.kind, machines: Set(fault.machines), first: fault.machines[0],
          severity: fault.severity, lateness: scenario.longestLateness(of: fault)))
    case .crash, .crashForGood, .crashWithNewUID: for host in befallen { kill(host) }
    case .powerLoss, .goStop: for host in befallen { cutPower(of: host) }
    case .pause: for host in befallen { happen(.pause, to: host) }
    case .pauseOfSeveral, .pauseOfAll:
      for host in befallen {
        plan(.machine(host.index, .pause), at: now + dice.duration(.zero...(fault.length / 4)))
        plan(
          .machine(host.index, .wake), at: now + fault.length / 2 + dice.duration(.zero...(fault.length / 2)))
      }
    case .hungCore:
      for host in befallen where host.process?.isPaused == false {
        if !host.isHalted { judge.willHalt(host) }
        host.process?.hangCore()
        host.truth.pausedAt = now
        host.truth.hadWorkInProgress = true
      }
    case .slowEffector, .failingEffector, .silentEffector, .vanishedInterface, .driftUp, .driftDown:
      for host in befallen { trouble(host, by: fault) }
    case .isolation, .isolationOfAll: for host in befallen { setCarrier(of: host, false) }
    case .join, .joinOfMany, .goJoin, .duplicateUID:
      if fault.kind == .duplicateUID {
        befallen[0].uid = befallen[1].uid
        befallen[0].configuration.uid = befallen[1].uid
        judge.uidChanged()
      }
      for host in befallen {
        plan(.machine(host.index, .start), at: now + dice.duration(.zero...fault.length))
      }
    case .stop, .stopOfMany, .isolatedStop:
      if fault.kind == .isolatedStop { for host in befallen { setCarrier(of: host, false) } }
      for host in befallen {
        plan(.machine(host.index, .stop), at: now + dice.duration(.zero...(fault.length / 4)))
      }
    case .forgedUID, .forgedOwnUID: planForgeries(fault, befallen)
    case .flood: planFlood(fault, befallen)
    case .garbage: planGarbage(fault, befallen)
    case .reload: for host in befallen { reload(host) }
    }
  }

  func end(_ number: Int) {
    let fault = scenario.faults[number]
    for machine in fault.machines { chronicle.note(now, machine, .said("end of fault: \(fault)")) }
    let befallen = fault.machines.map { hosts[$0] }
    switch fault.kind {
    case .loss, .asymmetricLoss, .reordering, .delay, .duplication, .oneWayLink, .oneWayPartition,
      .partitionOfOne, .partitionOfHalves:
      network.end(number)
    case .crash, .powerLoss, .goStop: for host in befallen { startGateway(on: host) }
    case .crashWithNewUID:
      for host in befallen where !host.isRunning {
        judge.willChangeUID(of: host)
        host.uid = dice.uid()
        host.configuration.uid = host.uid
        judge.uidChanged()
        startGateway(on: host)
      }
    case .pause, .hungCore: for host in befallen { happen(.wake, to: host) }
    case .slowEffector, .failingEffector, .silentEffector, .vanishedInterface:
      for host in befallen { endTrouble(host, fault) }
    case .isolation, .isolationOfAll: for host in befallen { setCarrier(of: host, true) }
    case .isolatedStop:
      for host in befallen { setCarrier(of: host, true) }
      if fault.severity > 0.5 { for host in befallen { startGateway(on: host) } }
    case .stop, .stopOfMany: if fault.severity > 0.5 { for host in befallen { startGateway(on: host) } }
    case .pauseOfSeveral, .pauseOfAll, .join, .joinOfMany, .goJoin, .duplicateUID, .crashForGood, .driftUp,
      .driftDown, .forgedUID, .forgedOwnUID, .flood, .garbage, .reload:
      break
    }
  }

  /// The safety phase is over: nothing is lost any more, and what a dead machine left up is taken down by hand.
  func heal() {
    network.baseLoss = 0
    for host in hosts where !host.isRunning {
      for vni in host.interfaces.indices { setInterface(of: host, vni, isUp: false, by: "operator") }
    }
  }

  func happen(_ event: MachineEvent, to host: Host) {
    switch event {
    case .start: startGateway(on: host)
    case .stop:
      guard let process = host.process, host.truth.stopAskedAt == nil else { return }
      host.truth.stopAskedAt = now
      process.requestStop()
    case .pause:
      guard let process = host.process, !process.isPaused else { return }
      if !host.isHalted { judge.willHalt(host) }
      process.pause()
      host.truth.pausedAt = host.truth.pausedAt ?? now
      host.truth.hadWorkInProgress = !process.effectors.allSatisfy(\.isIdle)
    case .wake:
      guard let process = host.process, host.truth.pausedAt != nil else { return }
      chronicle.note(now, host.index, .said("runs again"))
      for vni in host.interfaces.indices {
        // What it would have announced meanwhile, it announces now.
        if let until = host.truth.announcesUntil[vni], let pausedAt = host.truth.pausedAt, until > pausedAt {
          host.truth.announcesUntil[vni] = until + (now - pausedAt)
        }
      }
      host.truth.pausedAt = nil
      host.truth.wokeAt = now
      host.truth.staleHeardAt = nil
      process.wake()
      judge.woke(host)
    case .forge(let uid, let length, let isFromDiscoveryPort):
      let source = IPv4Address(rawValue: 0x0A00_01F0)
      let packet = Packet(
        uid: uid, length: length, from: nil, source: source, isFromDiscoveryPort: isFromDiscoveryPort)
      plan(.packet(to: host.index, packet), at: now + dice.duration(.zero...scenario.timing.delivery))
    }
  }

  private func cutPower(of host: Host) {
    kill(host)
    // Its guard is gone too.
    host.warden = nil
    for vni in host.interfaces.indices { setInterface(of: host, vni, isUp: false, by: "power loss") }
  }

  private func setCarrier(of host: Host, _ hasCarrier: Bool) {
    guard host.hasCarrier != hasCarrier else { return }
    host.hasCarrier = hasCarrier
    if hasCarrier {
      host.truth.reconnectedAt = now
      judge.reconnected(host)
      host.truth.staleHeardAt = nil
    } else {
      judge.isolated(host)
      host.truth.isolatedAt = now
      host.truth.reconnectedAt = nil
    }
    host.process?.publish(hasCarrier ? .connected : .isolated(reason: "no carrier"))
  }

  private func reload(_ host: Host) {
    guard let process = host.process, !process.isPaused, !process.isCoreHung else { return }
    host.configuration.stopMargin = scenario.timing.stopMargin + Bounds.reloadedMargin
    host.configuration.releasePatience = .milliseconds(600)
    process.reconfigure(host.configuration)
  }

  // MARK: Effectors and interfaces

  private func trouble(_ host: Host, by fault: Fault) {
    // Where no gateway runs nobody would repair it.
    if !host.isRunning, fault.kind == .driftUp || fault.kind == .driftDown { return }
    let some = Set(host.interfaces.indices.filter { _ in dice.chance(0.3 + fault.severity * 0.7) })
    switch fault.kind {
    case .slowEffector: host.slowness = scenario.slowness(of: fault)
    case .silentEffector: host.effectorsHangUntil = now + fault.length
    case .failingEffector: host.refused = some
    case .vanishedInterface:
      for vni in some.sorted() {
        changeFromOutside(host, vni, isUp: false, by: "deletion")
        host.interfaces[vni].exists = false
      }
    case .driftUp, .driftDown:
      let isUp = fault.kind == .driftUp
      for vni in some.sorted() where host.interfaces[vni].exists && host.interfaces[vni].isUp != isUp {
        host.truth.driftedAt[vni] = now
        changeFromOutside(host, vni, isUp: isUp, by: "somebody else")
      }
      return
    default: return
    }
    if host.truth.troubles == 0, host.truth.troubleUntil.map({ now > $0 }) ?? true {
      host.truth.troubleSince = now
      host.truth.troubled = []
      host.truth.isTroubleRetried = false
    }
    host.truth.troubles += 1
    host.truth.isTroubleRetried = host.truth.isTroubleRetried || fault.kind == .failingEffector
    host.truth.troubleUntil = start + .seconds(1_000_000)
    host.truth.troubled.formUnion(
      fault.kind == .slowEffector || fault.kind == .silentEffector ? Set(host.interfaces.indices) : some)
  }

  private func endTrouble(_ host: Host, _ fault: Fault) {
    var aftermath = judge.bounds.takeover
    switch fault.kind {
    case .slowEffector:
      aftermath =
        aftermath + (scenario.timing.switching + scenario.timing.announcing) * (3 * host.slowness)
      host.slowness = 1
    case .silentEffector: host.effectorsHangUntil = nil
    case .failingEffector: host.refused = []
    default:
      for vni in host.interfaces.indices where !host.interfaces[vni].exists {
        host.interfaces[vni].exists = true
        host.truth.driftedAt[vni] = now
        changeFromOutside(host, vni, isUp: host.isRunning && dice.chance(0.3), by: "making anew")
      }
    }
    host.truth.troubles -= 1
    host.truth.troubleAftermath = max(host.truth.troubleAftermath, aftermath)
    guard host.truth.troubles == 0 else { return }
    // What failed for F is tried again F + 1 s later at the latest.
    let failed = host.truth.isTroubleRetried ? now - (host.truth.troubleSince ?? now) + .seconds(1) : .zero
    host.truth.troubleUntil = now + host.truth.troubleAftermath + failed
    host.truth.troubleAftermath = .zero
  }

  // MARK: Forgeries

  private func planForgeries(_ fault: Fault, _ befallen: [Host]) {
    let isOwn = fault.kind == .forgedOwnUID
    let uid = isOwn ? befallen[0].uid : dice.uid()
    let isFromDiscoveryPort = dice.chance(0.5)
    let everyone = dice.chance(0.7) ? hosts : befallen
    let gap = isOwn ? scenario.timing.interval / 2 : scenario.timing.interval
    var moment = now
    repeat {
      for host in everyone {
        plan(
          .machine(
            host.index,
            .forge(uid: uid.rawValue, length: Packet.length, isFromDiscoveryPort: isFromDiscoveryPort)),
          at: moment)
      }
      moment = moment + gap
    } while fault.severity > 0.4 && moment < now + fault.length
  }

  private func planFlood(_ fault: Fault, _ befallen: [Host]) {
    for host in befallen {
      host.truth.floodedAt = now + fault.length
      for _ in 0..<(scenario.peerLimit * 3 / 2) {
        let uid = dice.bits()
        plan(
          .machine(
            host.index, .forge(uid: uid, length: Packet.length, isFromDiscoveryPort: dice.chance(0.5))),
          at: now + dice.duration(.zero...fault.length))
      }
    }
  }

  /// What begins as somebody's advertisement does, but for its length; or says that it is of uid 0.
  private func planGarbage(_ fault: Fault, _ befallen: [Host]) {
    for host in befallen {
      for _ in 0..<(10 + Int(fault.severity * 90)) {
        let isOfUIDZero = dice.chance(0.3)
        let uid = isOfUIDZero ? 0 : dice.chance(0.5) ? dice.pick(hosts).uid.rawValue : dice.bits()
        let length = isOfUIDZero ? Packet.length : dice.pick([0, 1, 7, 9, 16, 1472])
        plan(
          .machine(host.index, .forge(uid: uid, length: length, isFromDiscoveryPort: dice.chance(0.5))),
          at: now + dice.duration(.zero...fault.length))
      }
    }
  }
}
