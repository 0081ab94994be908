import LinuxNetworking
import WMGFramework

/// The discovery: an underlay to reach peers by, a heartbeat that speaks, a hearing that publishes what is heard.
final class UDPBroadcastDiscovery: Discovery {
  private let context: DiscoveryContext
  private let underlay: Underlay
  private let hearing: Hearing
  private let heartbeat: Heartbeat
  private var housekeeping: EventLoopTimer?

  init(settings: UDPBroadcastSettings, context: DiscoveryContext) {
    let underlay = Underlay(settings, context: context)
    let hearing = Hearing(settings, context: context, underlay: underlay)
    underlay.onReadable = { [weak hearing] in hearing?.read() }
    self.context = context
    self.underlay = underlay
    self.hearing = hearing
    heartbeat = Heartbeat(context: context, underlay: underlay)
  }

  func start() throws {
    try underlay.start()
    keepHouse()
  }

  func advertise(_ advertising: Advertising) {
    heartbeat.advertise(advertising)
  }

  func drain() {
    let through = hearing.drain()
    hearing.countDrops()
    context.publish(.drained(through: through))
  }

  func stop() {
    heartbeat.stop()
    if let housekeeping { context.loop.cancel(housekeeping) }
    housekeeping = nil
    underlay.stop()
  }

  // What the filter drops wakes nobody, so it is asked for.
  private func keepHouse() {
    hearing.countDrops()
    let next = context.loop.now + max(.seconds(1), context.configuration.interval)
    housekeeping = context.loop.schedule(at: next) { [weak self] in self?.keepHouse() }
  }
}
