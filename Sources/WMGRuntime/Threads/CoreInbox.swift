import WMGFramework

/// What has happened since the core's last turn; bounded by the number of VNIs and of speakers, not by time.
struct CoreInbox: Sendable {
  var news = DiscoveryNews()
  private var reports: [[VNI: EffectReport]]
  var failures: [Event] = []
  var refreshRequests: Set<VNI> = []
  /// Plugins that have come up.
  var started = 0
  /// Plugins' threads that are about to end.
  var finished = 0
  var statusIsWanted = false
  /// What came of reading the configuration again.
  var reloaded: Reloader.Outcome?

  init(effectorCount: Int) {
    reports = Array(repeating: [:], count: effectorCount)
  }

  /// The latest report on a VNI replaces an earlier one.
  mutating func add(_ report: EffectReport, from effector: Int) {
    reports[effector][report.vni] = report
  }

  /// Everything, in the order in which the core should take note of it.
  var events: [Event] {
    var events = news.events
    for (effector, reports) in reports.enumerated() where !reports.isEmpty {
      events.append(.effectReported(effector: effector, reports: reports.values.sorted { $0.vni < $1.vni }))
    }
    if !refreshRequests.isEmpty { events.append(.refreshRequested(refreshRequests.sorted())) }
    return events + failures
  }
}
