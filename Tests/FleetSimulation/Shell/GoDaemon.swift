import WMGFramework

/// The older Go daemon, as measured: the first advertisement 1 s after the start, then every second; it hears for 3 s
/// before it assigns; a peer is alive while heard less than 3 s ago; it assigns anew at every packet and expiry, lets go
/// at once and knows no overlap; when it is killed, it is silent.
final class GoDaemon {
  unowned let world: World
  unowned let host: Host
  let incarnation: Int
  let startedAt: MonotonicInstant
  private(set) var isAssigning = false
  private var lastHeard: [GatewayID: MonotonicInstant] = [:]

  static let interval = Duration.seconds(1)
  static let memory = Duration.seconds(3)
  /// The longest that it takes to switch what a reassignment has changed.
  static let work = Duration.milliseconds(10)

  init(_ world: World, _ host: Host) {
    self.world = world
    self.host = host
    incarnation = host.incarnations
    startedAt = world.now
  }

  func start() {
    for vni in host.interfaces.indices { world.setInterface(of: host, vni, isUp: false) }
    plan(.advertise, after: Self.interval)
    plan(.assign, after: Self.memory)
  }

  func handle(_ event: GoEvent) {
    switch event {
    case .advertise:
      if host.hasCarrier { world.broadcast(from: host, isFromDiscoveryPort: false) }
      plan(.advertise, after: Self.interval)
    case .assign:
      if !isAssigning, world.now - startedAt >= Self.memory {
        isAssigning = true
        host.truth.servingSince = world.now
      }
      assign()
    }
  }

  func receive(_ packet: Packet) {
    guard let gateway = packet.gateway, gateway != host.uid else { return }
    lastHeard[gateway] = host.clock.local(world.now)
    plan(.assign, after: world.dice.duration(.milliseconds(1)...Self.work))
    // And once more when it may have expired.
    plan(.assign, after: Self.memory + .milliseconds(5))
  }

  private func assign() {
    guard isAssigning else { return }
    let now = host.clock.local(world.now)
    lastHeard = lastHeard.filter { now - $0.value < Self.memory }
    let view = (lastHeard.keys + [host.uid]).sorted()
    let owners = world.owners(in: view)
    for vni in owners.indices { world.setInterface(of: host, vni, isUp: owners[vni] == host.uid) }
  }

  private func plan(_ event: GoEvent, after delay: Duration) {
    world.plan(.goDaemon(host: host.index, incarnation: incarnation, event), at: world.now + delay)
  }
}
