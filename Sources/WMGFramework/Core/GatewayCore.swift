import Logging

/// The gateway's mind: events with their times come in, directives go out, and nothing else happens.
///
/// It has no clock, socket, file or log. The same events make the same directives on every machine, so that a fleet of
/// cores can be simulated as it is.
///
/// The shell's duties:
/// - call `start` once, then `process` for whatever happens, and at the time of the last `.wakeAt` at the latest;
/// - call `reconfigure` when there is another configuration, at any time between `start` and the exit;
/// - carry out directives in the order given, without waiting for any of them;
/// - renew the advertising lease after every call.
///
/// A call works in two steps: first it takes note of all events, then it judges once. A burst of events costs one
/// judgement.
public struct GatewayCore {
  /// What this gateway was told, at start-up or since.
  public internal(set) var configuration: GatewayConfiguration

  /// Whether others would serve this gateway's VNIs if it died now: it has peers, alive or joining, or had some when it
  /// was last connected. At the start nobody is known, and nothing held, so they are presumed.
  public internal(set) var hasCompany = true

  var phase = Phase.listening(since: nil)
  var membership: Membership
  var assignment: AssignmentTable
  var ownership: Ownership
  var handovers = Handovers()
  /// When this gateway last began to serve, after it had listened.
  var servesSince: MonotonicInstant?
  /// Stopping: the effectors claim nothing any more.
  var hasHandedOver = false
  var isolation: String?
  var tally = Tally()
  var strategy: any AssignmentStrategy
  var duplicates: DuplicateWatch
  var lastAdvertised: MonotonicInstant?
  var drainedThrough: MonotonicInstant?
  var drainAsked: MonotonicInstant?
  var notes = ReportNotes()
  var advice: Set<String> = []
  var viewReasons: [String] = []
  /// What a new configuration has given to other gateways, ascending, until that has been acted upon.
  var reassigned: [AssignmentTable.Change] = []
  var peerLog = PeerLog()
  /// Until then an active gateway leaves its assignment as it is; see `judgeSuspension`.
  var reassignsFrom: MonotonicInstant?
  var takeoverBegan: MonotonicInstant?
  var standbyComplaintAt: MonotonicInstant?
  var directives: [Directive] = []
  /// For the simulation's negative controls; see `DeliberateFaults`.
  package var deliberateFaults: DeliberateFaults = [] {
    didSet {
      membership.deliberateFaults = deliberateFaults
      assignment.deliberateFaults = deliberateFaults
      ownership.deliberateFaults = deliberateFaults
    }
  }

  /// How often something has happened since the start.
  struct Tally {
    var takeovers = 0
    var releases = 0
    var viewChanges = 0
    var driftsSeen = 0
    var suspensions = 0
  }

  /// A core that has not started.
  ///
  /// - Parameters:
  ///   - configuration: What this gateway is told.
  ///   - strategy: Decides who owns what.
  ///   - effectorCount: The length of the effector chain, 1…16.
  public init(
    _ configuration: GatewayConfiguration, strategy: any AssignmentStrategy, effectorCount: Int
  ) {
    self.configuration = configuration
    self.strategy = strategy
    membership = Membership(configuration)
    assignment = AssignmentTable(configuration.vnis, strategy: strategy)
    ownership = Ownership(
      vnis: assignment.vnis, effectorCount: effectorCount, releasePatience: configuration.releasePatience)
    duplicates = DuplicateWatch(configuration)
  }

  /// Begins: everything standby, and meanwhile the core waits to hear whether the discovery is connected.
  public mutating func start(at now: MonotonicInstant) -> [Directive] {
    directives = ownership.prepareAll()
    say(
      .info, "listening",
      [
        "uid": "\(configuration.uid)", "vnis": "\(configuration.vnis)",
        "interval": configuration.interval.optionText,
        "detection": configuration.detectionTime.optionText,
        "overlap": configuration.handoverOverlap.optionText,
      ])
    if deliberateFaults.contains(.advertisesBeforeListening) { advertise(.on) }
    return finish(at: now)
  }

  /// Takes note of `events`, then judges.
  public mutating func process(_ events: [Event], at now: MonotonicInstant) -> [Directive] {
    directives = []
    // Before anything that is heard or reported is believed: were we away too long?
    noticeGap(events, at: now)
    for event in events { takeNote(of: event, at: now) }
    judge(at: now)
    return finish(at: now)
  }

  // MARK: Taking note

  mutating func takeNote(of event: Event, at now: MonotonicInstant) {
    switch event {
    case .discovery(let event): takeNote(of: event, at: now)
    case .effectReported(let effector, let reports):
      for report in reports {
        guard let note = ownership.take(report, from: effector, at: now) else { continue }
        if case .drifted = note { tally.driftsSeen += 1 }
        notes.add(report.vni, note)
      }
    case .refreshRequested(let vnis):
      // Suspended or leaving, a gateway announces nothing.
      guard case .active = phase else { break }
      let asked = Set(vnis)
      announceHeldAgain(asked.contains)
    case .deadlineReached: break
    case .stopRequested: stop(at: now)
    case .pluginFailed(let effector, let reason, let exitCode):
      say(.critical, reason)
      if let effector { ownership.giveUp(on: effector) }
      if case .standingBy(let since, exitCode: 0) = phase {
        phase = .standingBy(since: since, exitCode: exitCode)
      }
      standBy(exitCode: exitCode, at: now)
    }
  }

  mutating func takeNote(of event: DiscoveryEvent, at now: MonotonicInstant) {
    switch event {
    case .heard(let heard): hear(heard, at: now)
    case .drained(let time): drainedThrough = max(drainedThrough ?? time, time)
    case .advertised(let time): lastAdvertised = max(lastAdvertised ?? time, time)
    case .lapsed(let time): suspend(at: time)
    case .isolated(let reason): isolate(reason, at: now)
    case .connected: reconnect(at: now)
    }
  }

  mutating func hear(_ heard: HeardAdvertisement, at now: MonotonicInstant) {
    guard heard.advertisement.gateway != configuration.uid else {
      hearOwnUID(heard, at: now)
      return
    }
    switch phase {
    case .suspended(let since):
      // What waited in the socket while we were away says nothing about now.
      guard heard.receivedAt >= since || deliberateFaults.contains(.believesOldPackets),
        !deliberateFaults.contains(.deafWhileSuspended)
      else { return }
      joinAgain(because: "heard \(heard.advertisement.gateway)", at: now)
    default: break
    }
    let uid = heard.advertisement.gateway
    switch membership.hear(heard, presumedIncumbent: isPresumedIncumbent(heard)) {
    case .appeared:
      noteView("\(uid) appeared")
      peerLog.add(.info, "peer appeared", ["uid": "\(uid)", "address": "\(heard.source)"])
    case .joining(let until):
      let hold = seconds(until - now)
      peerLog.add(
        .info, "peer is joining; its VNIs are held until it can serve them",
        ["uid": "\(uid)", "address": "\(heard.source)", "for": hold])
    case .left:
      noteView("\(uid) left")
      peerLog.add(.info, "peer left", ["uid": "\(uid)"])
    case .again, .refused, .ignored: break
    }
  }

  /// A gateway that is heard within the first interval of our listening has been there before us.
  func isPresumedIncumbent(_ heard: HeardAdvertisement) -> Bool {
    guard case .listening(let since?) = phase else { return false }
    return heard.receivedAt <= since + configuration.interval + configuration.expiryGrace
  }

  mutating func hearOwnUID(_ heard: HeardAdvertisement, at now: MonotonicInstant) {
    let isServing: Bool
    switch phase {
    case .listening, .claiming, .awaitingPeer: isServing = false
    case .active, .suspended: isServing = true
    case .leaving, .standingBy, .stopped: return
    }
    switch duplicates.hear(heard, isServing: isServing) {
    case .unproven: break
    case .weGo(let source):
      say(
        .critical, "another gateway has our uid; give one of them another --uid",
        ["uid": "\(configuration.uid)", "address": "\(source)"])
      standBy(exitCode: Self.configurationError, at: now)
    case .theyGo(let source):
      say(
        .error, "another gateway has our uid and should stop; give it another --uid",
        ["uid": "\(configuration.uid)", "address": "\(source)"])
    }
  }

  // MARK: Saying

  mutating func noteView(_ reason: String) {
    // A flood of forged uids must not grow a log line without end.
    if viewReasons.count < 8 { viewReasons.append(reason) }
  }

  mutating func advertise(_ advertising: Advertising) {
    directives.append(.advertise(advertising))
  }

  mutating func say(
    _ level: Logger.Level, _ message: String, _ fields: KeyValuePairs<String, String> = [:]
  ) {
    directives.append(.log(LogEntry(level, message, fields)))
  }

  func describe(_ view: [GatewayID]) -> String {
    let shown = view.prefix(16).map(\.description).joined(separator: ",")
    return view.count > 16 ? "\(shown),… (\(view.count))" : shown
  }

  func seconds(_ duration: Duration) -> String {
    let milliseconds = duration.nanoseconds / 1_000_000
    return milliseconds < 1000 ? "\(milliseconds)ms" : "\(milliseconds / 1000).\(milliseconds % 1000 / 100)s"
  }

  // MARK: Finishing

  mutating func finish(at now: MonotonicInstant) -> [Directive] {
    noteCompany()
    directives += (peerLog.takeEntries(at: now) + notes.takeEntries()).map { .log($0) }
    // At least once an interval, so that the lease which keeps us advertising is renewed.
    var next = now + configuration.interval
    let deadlines: [MonotonicInstant?] = [
      membership.nextJudgement, ownership.nextDeadline, phaseDeadline(after: now),
      lastAdvertised.map { $0 + configuration.detectionTime }, peerLog.nextEntries, handovers.nextDue,
    ]
    for case let deadline? in deadlines where deadline > now { next = min(next, deadline) }
    directives.append(.wakeAt(next))
    defer { directives = [] }
    return directives
  }

  func phaseDeadline(after now: MonotonicInstant) -> MonotonicInstant? {
    switch phase {
    case .listening(let since): since.map { $0 + configuration.detectionTime }
    case .claiming(let until): until
    case .leaving(let until): hasHandedOver ? until : until - configuration.effectiveStopMargin
    case .suspended(let since): since + configuration.detectionTime
    case .standingBy(let since, _): [1, 10, 30].lazy.map { since + .seconds($0) }.first { $0 > now }
    case .active: reassignsFrom
    case .awaitingPeer, .stopped: nil
    }
  }
}
