import LinuxNetworking
import Logging
import WMGFramework

/// Runs a command when VNIs are taken over and released: one at a time, all of a batch in one call.
///
/// Level-triggered: it keeps what the command was last told of each VNI. What changes while one runs is told when that
/// has ended, as far as it still differs then.
final class ExecEffector: Effector {
  struct Settings {
    var path: String
    var arguments: [String]
    /// Whether VNIs are reported when the command has ended well, or at once.
    var isConfirming: Bool
    var timeout: Duration
    var isRefreshing: Bool
    var pattern: InterfaceNamePattern
  }

  /// What the command has been told of a VNI, and taken.
  private enum Told {
    case unknown
    case held
    case released
  }

  private struct Record {
    var isHeld = false
    /// It is as it was found at the start; the record of one that the command has made standby is gone.
    var isFresh = false
    var told = Told.unknown
    var owner: GatewayID?

    /// Whether the command has been told what is so.
    var isSettled: Bool { told == (isHeld ? .held : .released) }
  }

  private struct Call {
    var kind: ExecEvent.Kind
    var vnis: [VNI]
    var patience: Duration
    var start: MonotonicInstant
    var program: BackgroundProgram?
  }

  // A stop must not wait long for a command that hangs.
  private static let longestStop = Duration.seconds(5)
  // A line for each VNI of a call, with a reason.
  private static let outputLimit = 1 << 20

  private let settings: Settings
  private let context: EffectorContext
  private let log: CommandLog
  /// What is held or not settled; a VNI that is not in it is released.
  private var records: [VNI: Record] = [:]
  /// What the command has to be told.
  private var waiting: Set<VNI> = []
  /// What it did not take when nobody waited for it; told again when the timer fires.
  private var delayed: Set<VNI> = []
  private var refreshing: Set<VNI> = []
  private var inFlight: Set<VNI> = []
  private var call: Call?
  private var retry: EventLoopTimer?
  private var failuresInARow = 0
  private var isStarted = false
  private var isStopping = false
  /// A release has come since the stop began.
  private var isReleasing = false
  private var isEnding = false
  private var isStopTold = false
  private var isClosed = false

  init(_ settings: Settings, _ context: EffectorContext) {
    self.settings = settings
    self.context = context
    log = CommandLog(context.logger)
  }

  func prepare(_ vnis: VNISet) {
    isStarted = true
    for vni in vnis { records[vni] = Record(isFresh: true) }
    release(Array(vnis))
  }

  func takeOver(_ vnis: [VNI]) {
    let uid = context.configuration.uid
    want(true, vnis, owners: vnis.map { _ in uid })
  }

  func release(_ vnis: [VNI]) { release(vnis, to: vnis.map { _ in nil }) }

  func release(_ vnis: [VNI], to owners: [GatewayID?]) {
    isReleasing = isStopping
    want(false, vnis, owners: owners)
  }

  func refresh(_ vnis: [VNI]) {
    guard settings.isRefreshing else { return }
    refreshing.formUnion(vnis)
    runNext()
  }

  /// The command is told of their release, whatever there was before.
  func add(_ vnis: VNISet) {
    for vni in vnis { records[vni] = Record() }
    release(Array(vnis))
  }

  func prepareToStop() {
    isStopping = true
    waiting.formUnion(delayed)
    delayed = []
    call?.patience = patience
    call?.program?.hurry(within: patience)
  }

  func stop() {
    prepareToStop()
    isEnding = true
    runNext()
    // A call that runs has its time, and so has that of the stop after it.
    let deadline = context.loop.now + patience * 2
    while let program = call?.program, context.loop.now < deadline {
      program.hurry(within: deadline - context.loop.now)
      program.waitForEnd()
    }
    isClosed = true
    call = nil
    if let retry { context.loop.cancel(retry) }
    retry = nil
  }

  // MARK: - What should be

  private func want(_ isHeld: Bool, _ vnis: [VNI], owners: [GatewayID?]) {
    var settled: [VNI] = []
    for (vni, owner) in zip(vnis, owners) {
      var record = records[vni] ?? Record(told: .released)
      record.isHeld = isHeld
      record.owner = owner
      records[vni] = record
      delayed.remove(vni)
      if record.isSettled, !inFlight.contains(vni) {
        settle(vni)
        settled.append(vni)
      } else {
        waiting.insert(vni)
      }
    }
    let outcome: EffectorOutcome = isHeld ? .active : .standby
    context.report((settings.isConfirming ? settled : vnis).map { ($0, outcome) })
    runNext()
  }

  /// The command knows of a VNI what is so: if it was still to be told something, that was taken back meanwhile.
  private func settle(_ vni: VNI) {
    if waiting.remove(vni) != nil { context.counters.add(to: "changes-merged") }
    if records[vni]?.isHeld != true { records[vni] = nil }
  }

  // MARK: - Calls

  /// How long `stop` may take with a command that hangs.
  static func stopPatience(timeout: Duration) -> Duration {
    // What is killed may take its time to die.
    min(timeout, longestStop) * 2 + .seconds(1)
  }

  private var patience: Duration { isStopping ? min(settings.timeout, Self.longestStop) : settings.timeout }

  /// The stop is the last thing that the command is told: when nothing is held any more, or there is no more time.
  private var isStopDue: Bool {
    guard isStarted, isStopping, !isStopTold else { return false }
    return isEnding || isReleasing && !records.values.contains { $0.isHeld }
  }

  /// Starts calls until one runs or nothing is left to tell.
  private func runNext() {
    while call == nil, !isClosed, let (kind, vnis) = nextEvent() { start(kind, vnis) }
  }

  private func nextEvent() -> (ExecEvent.Kind, [VNI])? {
    // Takeovers first: a VNI without an owner is worse than one with two for a moment.
    let takeovers: Set<VNI> = isEnding ? [] : waiting.filter { records[$0]?.isHeld == true }
    if !takeovers.isEmpty { return (.takeover, batch(takeovers)) }
    if !waiting.isEmpty {
      if waiting.count <= ExecEvent.mostVNIs, isStopDue { return (.stop, batch(waiting)) }
      let taken = waiting.filter { records[$0]?.isFresh != true }
      return taken.isEmpty ? (.prepare, batch(waiting)) : (.release, batch(taken))
    }
    if isStopDue { return (.stop, []) }
    refreshing = refreshing.filter { records[$0]?.told == .held }
    return refreshing.isEmpty ? nil : (.refresh, batch(refreshing))
  }

  private func batch(_ vnis: Set<VNI>) -> [VNI] { Array(vnis.sorted().prefix(ExecEvent.mostVNIs)) }

  private func start(_ kind: ExecEvent.Kind, _ vnis: [VNI]) {
    if kind == .stop { isStopTold = true }
    if kind == .refresh {
      refreshing.subtract(vnis)
    } else {
      waiting.subtract(vnis)
      inFlight = Set(vnis)
      for vni in vnis {
        records[vni]?.told = .unknown
        if kind == .takeover { records[vni]?.isFresh = false }
      }
    }
    let event = ExecEvent(
      kind: kind, uid: context.configuration.uid, vnis: vnis, owners: vnis.map { records[$0]?.owner ?? nil },
      pattern: settings.pattern)
    let program = ExternalProgram(
      settings.path, settings.arguments, input: event.json,
      environment: CommandEnvironment.inherited + event.variables, outputLimit: Self.outputLimit)
    let patience = patience
    context.counters.add(to: "calls")
    call = Call(kind: kind, vnis: vnis, patience: patience, start: context.loop.now)
    do throws(SystemCallError) {
      call?.program = try BackgroundProgram(program, on: context.loop, within: patience) { [weak self] run in
        self?.end(run)
      }
    } catch {
      conclude(CommandAnswer(error))
    }
  }

  private func end(_ run: ProgramRun) {
    guard let call else { return }
    log.write(run, event: call.kind.rawValue)
    let microseconds = Int((context.loop.now - call.start).nanoseconds / 1000)
    context.counters.set("call-last-us", to: microseconds)
    context.counters.raise("call-max-us", to: microseconds)
    if run.ending == .timedOut { context.counters.add(to: "calls-killed") }
    conclude(CommandAnswer(run, path: settings.path, patience: call.patience, vnis: call.vnis))
    runNext()
  }

  private func conclude(_ answer: CommandAnswer) {
    guard let call else { return }
    self.call = nil
    inFlight = []
    if let failure = answer.failure {
      context.counters.add(to: "calls-failed")
      // What nobody waits for is nobody's to report.
      if !settings.isConfirming || isStopping || call.kind == .refresh {
        context.logger.warning(
          "the command failed: \(failure)",
          metadata: ["event": "\(call.kind.rawValue)", "vnis": "\(VNISet(call.vnis))"])
      }
    }
    guard call.kind != .refresh else { return }
    var outcomes: [(vni: VNI, outcome: EffectorOutcome)] = []
    for vni in call.vnis {
      guard let isHeld = records[vni]?.isHeld else { continue }
      // At a stop there is no later in which it could be told.
      let failure = isStopping && !isHeld ? nil : answer.failure(of: vni)
      if failure == nil { records[vni]?.told = call.kind.isHolding ? .held : .released }
      guard isHeld == call.kind.isHolding else { continue }
      switch failure {
      case nil:
        settle(vni)
        outcomes.append((vni, isHeld ? .active : .standby))
      case .some(let reason):
        waiting.remove(vni)
        if !settings.isConfirming { delayed.insert(vni) }
        outcomes.append((vni, .failed(reason: reason)))
      }
    }
    if settings.isConfirming { context.report(outcomes) }
    failuresInARow = answer.failure == nil ? 0 : failuresInARow + 1
    if !delayed.isEmpty, !isStopping { tellAgainLater() }
  }

  private func tellAgainLater() {
    if let retry { context.loop.cancel(retry) }
    let seconds = min(60, 1 << min(max(0, failuresInARow - 1), 6))
    retry = context.loop.schedule(at: context.loop.now + .seconds(seconds)) { [weak self] in
      guard let self else { return }
      waiting.formUnion(delayed)
      delayed = []
      runNext()
    }
  }
}
