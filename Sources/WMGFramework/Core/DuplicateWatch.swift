/// Tells a second gateway with our uid from a forged packet.
///
/// One packet proves nothing. Before we serve, a second one half an interval later is enough to refuse; afterwards our
/// uid has to be heard throughout a detection time.
struct DuplicateWatch {
  enum Verdict: Equatable {
    case unproven
    /// Somebody has our uid, and it is for us to go.
    case weGo(source: IPv4Address)
    /// Somebody has our uid, and it is for them to go.
    case theyGo(source: IPv4Address)
  }

  private let interval: Duration
  private let detectionTime: Duration
  private var firstHeard: MonotonicInstant?
  private var lastHeard: MonotonicInstant?

  init(_ configuration: GatewayConfiguration) {
    interval = configuration.interval
    detectionTime = configuration.detectionTime
  }

  /// Takes note of an advertisement under our uid from an address that is not ours.
  mutating func hear(_ heard: HeardAdvertisement, isServing: Bool) -> Verdict {
    if let last = lastHeard, heard.receivedAt - last > interval * 2 { firstHeard = nil }
    lastHeard = heard.receivedAt
    guard let first = firstHeard else {
      firstHeard = heard.receivedAt
      return .unproven
    }
    let span = heard.receivedAt - first
    guard isServing else { return span >= interval / 2 ? .weGo(source: heard.source) : .unproven }
    guard span >= detectionTime - interval / 4 else { return .unproven }
    firstHeard = heard.receivedAt
    // The older Go daemon does not notice; a gateway of ours at the lower address stays.
    let staysOver = heard.advertisement.state != nil && heard.ownAddress.map { $0 < heard.source } ?? false
    return staysOver ? .theyGo(source: heard.source) : .weGo(source: heard.source)
  }
}
