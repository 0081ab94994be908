import WMGFramework

// The discovery's thread; mirrors `UDPBroadcastDiscovery`, `Heartbeat` and `Hearing` of UDPBroadcast.
extension GatewayProcess {
  /// The kernel has received a packet; whether there was room for it.
  func receive(_ packet: Packet) -> Bool {
    // The socket's filter: what it refuses wakes nobody, and takes no room.
    guard packet.length == Packet.length else {
      world.noteRefusal()
      return true
    }
    guard socket.count < Self.socketCapacity else { return false }
    socket.append((packet, localNow))
    if !isSocketNoticed {
      isSocketNoticed = true
      plan(.socketReadable, within: world.scenario.timing.threadSwitch)
    }
    return true
  }

  func wakeDiscovery() {
    guard !isDiscoveryWoken else { return }
    isDiscoveryWoken = true
    plan(.discoveryWoken, within: world.scenario.timing.threadSwitch)
  }

  func takeDiscoveryOrders() {
    isDiscoveryWoken = false
    if let advertising = advertisingOrder {
      advertisingOrder = nil
      guardBeat.note(advertising)
      followGuardBeat()
      if heartbeat.advertise(advertising, at: localNow) { beginBurst(advertising) }
    }
    if drainOrder {
      drainOrder = false
      readSocket()
      publish(.drained(through: localNow))
    }
  }

  private func beginBurst(_ advertising: Advertising) {
    let start = localNow
    send()
    let generation = heartbeat.generation
    for number in 1..<SimulatedHeartbeat.burstLength {
      planBeat(at: start + configuration.burstSpacing * number, generation, isBurst: true)
    }
    if advertising == .on { planBeat(at: heartbeat.next, generation, isBurst: false) }
  }

  private func planBeat(at time: MonotonicInstant, _ generation: Int, isBurst: Bool) {
    let lateness = world.dice.duration(.zero...world.scenario.timing.threadSwitch)
    plan(.heartbeat(generation: generation, isBurst: isBurst), at: host.clock.world(time) + lateness)
  }

  func beat(_ generation: Int, isBurst: Bool) {
    guard generation == heartbeat.generation else { return }
    let now = localNow
    let beat = heartbeat.beat(isBurst: isBurst, leaseEnd: leaseEnd, at: now)
    switch beat {
    case .lapse: publish(.lapsed(at: now))
    case .send, .withhold:
      if !isBurst { planBeat(at: heartbeat.next, generation, isBurst: false) }
      if case .send = beat { send() }
    case .nothing: break
    }
  }

  private func send() {
    // `Underlay.send`: without carrier there is nothing to send by.
    guard host.hasCarrier else { return }
    let now = localNow
    heartbeat.noteSent(at: now)
    publish(.advertised(at: now))
    world.broadcast(from: host, isFromDiscoveryPort: true)
  }

  func readSocket() {
    for (packet, receivedAt) in exchangeSocket() {
      guard let gateway = packet.gateway else {
        world.noteRefusal()
        continue
      }
      if gateway == configuration.uid {
        if packet.source == host.address { continue }
      } else if world.scenario.discoveryBoundsPeers,
        !peers.admit(gateway, canServe: packet.isFromDiscoveryPort, at: receivedAt)
      {
        continue
      }
      publish(
        .heard(
          HeardAdvertisement(
            Advertisement(gateway: gateway, state: packet.isFromDiscoveryPort ? .active : nil),
            from: packet.source, ownAddress: host.hasCarrier ? host.address : nil, receivedAt: receivedAt)))
    }
  }

  private func exchangeSocket() -> [(packet: Packet, receivedAt: MonotonicInstant)] {
    let waiting = socket
    socket = []
    return waiting
  }

  // MARK: The guard's ticks

  // Mirrors `LifeTicks` and `GuardTicker` of WMGRuntime, around the daemon's own `GuardBeat` and `SignsOfLife`.

  func noteForGuard(_ event: DiscoveryEvent) {
    if case .advertised(let time) = event {
      tellGuard { signs in
        signs.tick(at: time)
        return true
      }
    }
    guardBeat.note(event)
    followGuardBeat()
  }

  func followGuardBeat() {
    guard guardBeat.isTicking != isGuardBeatPlanned else { return }
    guardBeatGeneration += 1
    isGuardBeatPlanned = guardBeat.isTicking
    if isGuardBeatPlanned { beginGuardBeat() }
  }

  private func beginGuardBeat() {
    let now = localNow
    if now < leaseEnd {
      tellGuard { signs in
        signs.tick(at: now)
        return true
      }
    }
    planGuardBeat(after: now)
  }

  private func planGuardBeat(after now: MonotonicInstant) {
    guard world.scenario.hasGuards else { return }
    let lateness = world.dice.duration(.zero...world.scenario.timing.threadSwitch)
    plan(
      .guardBeat(generation: guardBeatGeneration),
      at: host.clock.world(now + configuration.interval) + lateness)
  }

  func beatForGuard(_ generation: Int) {
    guard generation == guardBeatGeneration else { return }
    let now = localNow
    if now < leaseEnd { tellGuard { $0.tickInSilence(at: now) } }
    planGuardBeat(after: now)
  }

  func tellGuard(_ change: (inout SignsOfLife) -> Bool) {
    guard change(&signs) else { return }
    world.tellGuard(of: host, signs)
  }
}
