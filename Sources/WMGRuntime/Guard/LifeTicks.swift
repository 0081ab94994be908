import LinuxNetworking
import WMGFramework

/// Which ticks a guard gets: one per advertisement; and while the gateway need not advertise, one per interval, as long
/// as the core turns. Belongs to the discovery's thread.
///
/// So the guard counts from the last advertisement, as the peers do, and a core that hangs stops the ticks too. A gateway
/// that holds VNIs in silence, because it stops or was away too long, gets a single tick for as long as that may last.
final class LifeTicks {
  private enum Voice {
    case speaking
    /// The discovery is silent, and the core does not know yet.
    case lapsed
    /// Stopping: it serves on for this much longer than its peers count.
    case leaving(margin: Duration)
    case silent
  }

  private let ticker: GuardTicker
  private let loop: EpollLoop
  private let interval: Duration
  private let lease: AdvertisingLease
  private var voice = Voice.silent
  private var isIsolated = false
  private var lastAdvertised: MonotonicInstant?
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
    switch event {
    case .advertised(let time):
      lastAdvertised = time
      tellAdvertised(at: time)
    case .lapsed:
      voice = .lapsed
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

  /// What the core tells the discovery, before it is done; with how long it serves on when it stops.
  func note(_ advertising: Advertising, stopMargin: Duration) {
    switch advertising {
    case .on: voice = .speaking
    case .off: voice = .silent
    case .farewell:
      voice = .leaving(margin: stopMargin)
      tellAdvertised(at: lastAdvertised ?? loop.now)
    }
    follow()
  }

  func stop() {
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  private func tellAdvertised(at time: MonotonicInstant) {
    if case .leaving(let margin) = voice { ticker.tick(at: time + margin) } else { ticker.tick(at: time) }
  }

  private func follow() {
    let beats =
      switch voice {
      case .speaking: isIsolated
      case .silent: true
      case .lapsed, .leaving: false
      }
    if !beats { stop() } else if timer == nil { begin() }
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
