import WMGFramework

/// What has happened since the core's last turn; mirrors `CoreInbox` of WMGRuntime: the daemon's own `DiscoveryNews`, and the
/// latest report per VNI and effector.
struct SimulatedInbox {
  private var news = DiscoveryNews()
  private var reports: [[VNI: EffectReport]]
  var stopIsRequested = false

  init(effectorCount: Int) { reports = Array(repeating: [:], count: effectorCount) }

  /// How many things wait.
  var count: Int { news.count + reports.reduce(0) { $0 + $1.count } }

  mutating func add(_ event: DiscoveryEvent) { news.add(event) }

  mutating func add(_ report: EffectReport, from effector: Int) { reports[effector][report.vni] = report }

  /// Everything, in the order in which the core takes note of it.
  mutating func takeEvents() -> [Event] {
    var events = news.events
    for (effector, reports) in reports.enumerated() where !reports.isEmpty {
      events.append(.effectReported(effector: effector, reports: reports.values.sorted { $0.vni < $1.vni }))
    }
    // In the shell a signal is a turn of its own, before or after this one.
    if stopIsRequested { events.append(.stopRequested) }
    self = SimulatedInbox(effectorCount: reports.count)
    return events
  }
}
