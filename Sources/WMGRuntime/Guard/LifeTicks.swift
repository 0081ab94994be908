import LinuxNetworking
import WMGFramework

/// Which ticks a guard gets: one per advertisement; and while the gateway need not advertise, one per interval, as long
/// as the core turns. Belongs to the discovery's thread.
///
/// So the guard counts from the last advertisement, as the peers do, and a core that hangs stops the ticks too. A gateway
/// that holds VNIs in silence, because it stops or was away too long, gets a single tick for as long as that may last.
final class LifeTicks {
  private let ticker: GuardTicker
  private let loop: EpollLoop
  private let interval: Duration
  private let lease: AdvertisingLease
  private var beat = GuardBeat()
  private var timer: EventLoopTimer?

  init(_ ticker: GuardTicker, on loop: EpollLoop, every interval: Duration, lease: AdvertisingLease) {
    self.ticker = ticker
    self.loop = loop
    self.interval = interval
    self.lease = lease
    begin()
  }

  /// What the discovery tells the core.
  func note(_ event: DiscoveryEvent) {
    if case .advertised(let time) = event { ticker.tick(at: time) }
    beat.note(event)
    follow()
  }

  /// What the core tells the discovery, before it is done.
  func note(_ advertising: Advertising) {
    beat.note(advertising)
    follow()
  }

  func stop() {
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  private func follow() {
    if !beat.isTicking { stop() } else if timer == nil { begin() }
  }

  /// The first tick comes in any case: whoever holds VNIs in silence decides within a detection time from now.
  private func begin() {
    let now = loop.now
    if lease.isValid(at: now) { ticker.tick(at: now) }
    beatLater(after: now)
  }

  private func beatLater(after now: MonotonicInstant) {
    timer = loop.schedule(at: now + interval) { [unowned self] in
      let now = loop.now
      if lease.isValid(at: now) { ticker.tickInSilence(at: now) }
      beatLater(after: now)
    }
  }
}
