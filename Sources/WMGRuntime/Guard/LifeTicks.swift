import LinuxNetworking
import WMGFramework

/// Which ticks a guard gets: one per advertisement; and while the gateway need not advertise, one per interval, as long
/// as the core turns. Belongs to the discovery's thread.
///
/// So the guard counts from the last advertisement, as the peers do, and a core that hangs stops the ticks too.
final class LifeTicks {
  private let ticker: GuardTicker
  private let loop: EpollLoop
  private let interval: Duration
  private let lease: AdvertisingLease
  private var isSpeaking = false
  private var isIsolated = false
  private var timer: EventLoopTimer?

  init(_ ticker: GuardTicker, on loop: EpollLoop, every interval: Duration, lease: AdvertisingLease) {
    self.ticker = ticker
    self.loop = loop
    self.interval = interval
    self.lease = lease
    beat()
  }

  /// What the discovery tells the core.
  func note(_ event: DiscoveryEvent) {
    switch event {
    case .advertised(let time): ticker.tick(at: time)
    case .lapsed:
      isSpeaking = false
      follow()
    case .isolated:
      isIsolated = true
      follow()
    case .connected:
      isIsolated = false
      follow()
    case .heard, .drained: break
    }
  }

  /// What the core tells the discovery, before it is done.
  func note(_ advertising: Advertising) {
    isSpeaking = advertising == .on
    follow()
  }

  func stop() {
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  private func follow() {
    if isSpeaking, !isIsolated {
      stop()
    } else if timer == nil {
      beat()
    }
  }

  private func beat() {
    let now = loop.now
    if lease.isValid(at: now) { ticker.tick(at: now) }
    timer = loop.schedule(at: now + interval) { [unowned self] in beat() }
  }
}
