import Logging
import WMGFramework

/// When this gateway speaks: bursts, one advertisement per interval, and never after a gap of a detection time.
final class Heartbeat {
  private enum Mode {
    case silent
    case speaking
    case leaving
  }

  private static let burstLength = 3

  private let context: DiscoveryContext
  private let underlay: Underlay
  private var mode = Mode.silent
  private var schedule: AdvertisementSchedule
  private var timers: Set<EventLoopTimer> = []
  /// When an advertisement last left; at first, when it was first asked for.
  private var lastAdvertised: MonotonicInstant
  private var withheldLog = OncePerMinute<String>()

  init(context: DiscoveryContext, underlay: Underlay) {
    self.context = context
    self.underlay = underlay
    lastAdvertised = context.loop.now
    schedule = AdvertisementSchedule(interval: context.configuration.interval, from: lastAdvertised)
  }

  func advertise(_ advertising: Advertising) {
    cancelTimers()
    switch advertising {
    case .off:
      mode = .silent
    case .on:
      mode = .speaking
      startBurst()
      scheduleNext()
    case .farewell:
      mode = .leaving
      startBurst()
    }
  }

  func stop() {
    cancelTimers()
    mode = .silent
  }

  private func startBurst() {
    let start = context.loop.now
    lastAdvertised = start
    schedule = AdvertisementSchedule(interval: context.configuration.interval, from: start)
    send(at: start)
    for number in 1..<Self.burstLength {
      at(start + context.configuration.burstSpacing * number) { [weak self] in self?.continueBurst() }
    }
  }

  private func continueBurst() {
    let now = context.loop.now
    guard !fallsSilent(at: now) else { return }
    send(at: now)
  }

  private func scheduleNext() {
    at(schedule.next) { [weak self] in self?.advertisePeriodically() }
  }

  private func advertisePeriodically() {
    let now = context.loop.now
    let lateness = Int(schedule.advance(at: now).nanoseconds / 1000)
    context.counters.set("advertisement-lateness-last-us", to: lateness)
    context.counters.raise("advertisement-lateness-max-us", to: lateness)
    guard !fallsSilent(at: now) else { return }
    scheduleNext()
    guard context.lease.isValid(at: now) else { return withhold(at: now) }
    send(at: now)
  }

  private func send(at now: MonotonicInstant) {
    context.willAdvertise(now)
    guard underlay.send(context.configuration.uid) else { return }
    lastAdvertised = now
    context.counters.add(to: "advertisements-sent")
    context.publish(.advertised(at: now))
  }

  /// After a gap of a detection time the peers have taken over; to speak now would take it all back, unasked.
  private func fallsSilent(at now: MonotonicInstant) -> Bool {
    guard now - lastAdvertised >= context.configuration.detectionTime else { return false }
    cancelTimers()
    underlay.advertisingLapsed()
    if mode == .speaking {
      context.counters.add(to: "lapses")
      context.publish(.lapsed(at: now))
    }
    mode = .silent
    return true
  }

  private func withhold(at now: MonotonicInstant) {
    context.counters.add(to: "advertisements-withheld")
    if let count = withheldLog.pass("lease", at: now) {
      context.logger.error(
        "advertisement withheld: this gateway's core has not turned for a detection time",
        metadata: ["withheld": "\(count)"])
    }
  }

  private func at(_ deadline: MonotonicInstant, _ action: @escaping () -> Void) {
    var made: EventLoopTimer?
    let timer = context.loop.schedule(at: deadline) { [weak self] in
      if let made { self?.timers.remove(made) }
      action()
    }
    made = timer
    timers.insert(timer)
  }

  private func cancelTimers() {
    for timer in timers { context.loop.cancel(timer) }
    timers = []
  }
}
