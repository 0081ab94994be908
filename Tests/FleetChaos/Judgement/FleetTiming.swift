import WMGFramework

/// The times that the guarantees are made of (docs/GUARANTEES.md), for one fleet.
package struct FleetTiming: Hashable, Sendable {
  /// I: the time between two advertisements.
  package var interval: Duration
  /// m: how many intervals of silence mean death.
  package var multiplier = 3
  /// T: one takeover, from the decision to the last interface that is UP, on a small machine. What the machine itself
  /// was late by is measured (`MachineWeather`) and added.
  package var takeover: Duration
  /// From a daemon's exec until everything is standby.
  package var startup: Duration
  /// How long an owner holds a VNI on that a joiner takes over.
  package var overlap: Duration
  /// How long beyond D a stopping gateway serves.
  package var stopMargin = Duration.milliseconds(300)
  /// How long after D a guard has made everything standby (200 ms); `nil` without guards.
  package var guardDelay: Duration?

  /// A peer is given up this long after D.
  package static let expiryGrace = Duration.milliseconds(50)

  /// - Parameter vnis: how many there are: beyond 300 each takes its time.
  package init(interval: Duration, overlap: Duration, guardDelay: Duration? = nil, vnis: Int = 300) {
    self.interval = interval
    self.overlap = overlap
    self.guardDelay = guardDelay
    takeover = .milliseconds(200) + .microseconds(300 * max(0, vnis - 300))
    startup = .milliseconds(500) + .microseconds(500 * max(0, vnis - 300))
  }

  /// These times on a machine that was late by so much.
  package func delayed(takeover: Duration, startup: Duration) -> FleetTiming {
    var timing = self
    timing.takeover += takeover
    timing.startup += startup
    timing.guardDelay = guardDelay.map { $0 + takeover }
    return timing
  }

  /// D: the detection time.
  package var detection: Duration { interval * multiplier }
  /// D + 50 ms: a peer that has been silent that long is given up.
  package var expiry: Duration { detection + Self.expiryGrace }
  /// D + T + 2·I: after the last fault, by then every VNI has one owner, the right one.
  package var convergence: Duration { detection + takeover + interval * 2 }
  /// D + 50 ms + T + I: the longest that a crash leaves a VNI without an owner.
  package var crashOutage: Duration { expiry + takeover + interval }
  /// The stop margin in force, which an overlap may prolong.
  package var effectiveStopMargin: Duration {
    guard overlap > .zero else { return stopMargin }
    return max(stopMargin, Self.expiryGrace + overlap + .milliseconds(50))
  }
}
