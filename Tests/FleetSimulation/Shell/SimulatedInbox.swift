import WMGFramework

/// What has happened since the core's last turn; mirrors `CoreInbox` and `DiscoveryNews` of WMGRuntime: at most two
/// advertisements per speaker, the latest report per VNI and effector, what changes the understanding of the rest first.
struct SimulatedInbox {
  private struct Speaker: Hashable {
    var uid: GatewayID
    var source: IPv4Address
  }

  private var advertised: [Event] = []
  private var connection: Event?
  private var lapsed: Event?
  private var drained: Event?
  private var heard: [HeardAdvertisement] = []
  private var places: [Speaker: (first: Int, latest: Int)] = [:]
  private var reports: [[VNI: EffectReport]]
  var stopIsRequested = false

  static let speakerLimit = 4096
  static let advertisedLimit = 256

  init(effectorCount: Int) { reports = Array(repeating: [:], count: effectorCount) }

  /// How many things wait.
  var count: Int { heard.count + advertised.count + reports.reduce(0) { $0 + $1.count } }

  mutating func add(_ event: DiscoveryEvent) {
    switch event {
    case .heard(let advertisement): add(advertisement)
    case .drained: drained = .discovery(event)
    case .advertised:
      advertised.append(.discovery(event))
      if advertised.count > Self.advertisedLimit { advertised.removeFirst() }
    case .lapsed: lapsed = .discovery(event)
    case .isolated, .connected: connection = .discovery(event)
    }
  }

  private mutating func add(_ advertisement: HeardAdvertisement) {
    let speaker = Speaker(uid: advertisement.advertisement.gateway, source: advertisement.source)
    if let place = places[speaker] {
      if place.first == place.latest {
        places[speaker] = (place.first, heard.count)
        heard.append(advertisement)
      } else {
        heard[place.latest] = advertisement
      }
    } else if places.count < Self.speakerLimit {
      places[speaker] = (heard.count, heard.count)
      heard.append(advertisement)
    }
  }

  mutating func add(_ report: EffectReport, from effector: Int) { reports[effector][report.vni] = report }

  /// Everything, in the order in which the core takes note of it.
  mutating func takeEvents() -> [Event] {
    var events = advertised
    if let connection { events.append(connection) }
    if let lapsed { events.append(lapsed) }
    for advertisement in heard { events.append(.discovery(.heard(advertisement))) }
    if let drained { events.append(drained) }
    for (effector, reports) in reports.enumerated() where !reports.isEmpty {
      events.append(.effectReported(effector: effector, reports: reports.values.sorted { $0.vni < $1.vni }))
    }
    // In the shell a signal is a turn of its own, before or after this one.
    if stopIsRequested { events.append(.stopRequested) }
    self = SimulatedInbox(effectorCount: reports.count)
    return events
  }
}
