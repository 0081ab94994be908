import CGuard
import LinuxNetworking
import Logging
import WMGFramework

/// Sees to it that a guard is on duty for as long as the gateway may hold VNIs. Belongs to the core's thread.
///
/// A guard is never changed: another configuration gets another guard. The one before stays until that is on duty, and for
/// good if it never is.
final class GuardPost {
  private let ticker: GuardTicker
  private let loop: EpollLoop
  private let counters: Counters
  private let say: (LogEntry) -> Void
  private var choice = GuardChoice.off
  private var plan: GuardPlan?
  private var current: GuardProcess?
  /// The one before, until the current one is on duty.
  private var former: GuardProcess?
  /// Guards that have been told goodbye and have not ended yet.
  private var leaving: [Int32: GuardProcess] = [:]
  private var retry: EventLoopTimer?
  private var failures = 0
  private var isComplainedOf = false
  private var checkup: EventLoopTimer?
  private var unreadChecks = 0

  init(_ ticker: GuardTicker, on loop: EpollLoop, counters: Counters, say: @escaping (LogEntry) -> Void) {
    self.ticker = ticker
    self.loop = loop
    self.counters = counters
    self.say = say
  }

  /// Before anything is prepared: guards of gateways that have ended here go, and ours comes.
  func begin(_ choice: GuardChoice, _ plan: GuardPlan) {
    guard !plan.interfaces.isEmpty else { return }
    for answer in GuardsOnDuty.retire(for: plan) { tell(of: answer) }
    change(to: choice, plan)
    check()
  }

  /// Another configuration. What was guarded before is guarded until the new guard is there.
  func change(to choice: GuardChoice, _ plan: GuardPlan) {
    guard choice != self.choice || plan != self.plan else { return }
    self.choice = choice
    self.plan = plan
    failures = 0
    isComplainedOf = false
    start()
  }

  /// The gateway ends.
  ///
  /// - Parameter saysGoodbye: Everything is standby; otherwise the guard takes the gateway for dead.
  func end(saysGoodbye: Bool) {
    choice = .off
    plan = nil
    for timer in [retry, checkup] { timer.map(loop.cancel) }
    if saysGoodbye { return dismissAll() }
    for guardian in [current, former] { guardian.map { ticker.disconnect($0.ticks) } }
    current = nil
    former = nil
  }

  /// Waits until no guard is left that has been told goodbye.
  func waitForEnd() {
    for guardian in leaving.values { guardian.waitForEnd(within: .milliseconds(500)) }
    leaving = [:]
  }

  /// For `wmgwd2 status`.
  var status: GatewayStatus.Guard? {
    guard let plan, !plan.interfaces.isEmpty, choice.program != .off else { return nil }
    let wait = Int((plan.detectionTime + plan.margin).nanoseconds / 1_000_000)
    guard let current else {
      return .init(pid: nil, state: isComplainedOf ? "missing" : "lost", actsAfterMilliseconds: wait)
    }
    return .init(
      pid: current.pid, state: current.isOnDuty ? "on-duty" : "starting", actsAfterMilliseconds: wait)
  }

  // MARK: Starting

  private func start() {
    if let retry { loop.cancel(retry) }
    retry = nil
    guard let plan, !plan.interfaces.isEmpty, choice.program != .off else {
      dismissAll()
      return
    }
    guard let path = choice.path else { return complainOfNone() }
    isComplainedOf = false
    do {
      let made = try GuardProcess(
        path, plan, on: loop, connect: ticker.connect, onReport: { [unowned self] in take($1, from: $0) },
        whenEnded: { [unowned self] in lose($0) })
      counters.add(to: "started")
      unreadChecks = 0
      if former == nil { former = current } else { current.map(dismiss) }
      current = made
    } catch {
      say(LogEntry(.error, "no guard could be started", ["reason": "\(error)"]))
      startLater()
    }
  }

  private func complainOfNone() {
    let place = if case .path(let path) = choice.program { path } else { GuardChoice.places.first ?? "" }
    if !isComplainedOf {
      isComplainedOf = true
      say(
        LogEntry(
          .warning, "no guard: a crash of this gateway leaves its VNIs active beside their new owners",
          [
            "missing": place,
            "fix": "install \(GuardChoice.programName) there, or --guard PATH; or --guard off",
          ]))
    }
    // One that is put there later is found.
    retry = loop.schedule(at: loop.now + .seconds(60)) { [unowned self] in start() }
  }

  /// One that has been told goodbye ends by itself. One that cannot be told would take the gateway for dead.
  private func dismiss(_ guardian: GuardProcess) {
    if !ticker.sayGoodbye(to: guardian.ticks) { guardian.kill() }
    ticker.disconnect(guardian.ticks)
    guard guardian.isRunning else { return }
    let pid = guardian.pid
    leaving[pid] = guardian
    loop.schedule(at: loop.now + .seconds(1)) { [weak self] in self?.leaving.removeValue(forKey: pid)?.kill()
    }
  }

  private func dismissFormer() {
    former.map(dismiss)
    former = nil
  }

  private func dismissAll() {
    dismissFormer()
    current.map(dismiss)
    current = nil
  }

  // MARK: Losing

  private func lose(_ ending: ProgramRun.Ending) {
    leaving = leaving.filter { $0.value.isRunning }
    if let former, !former.isRunning {
      ticker.disconnect(former.ticks)
      self.former = nil
    }
    guard let current, !current.isRunning else { return }
    ticker.disconnect(current.ticks)
    self.current = former
    former = nil
    counters.add(to: "lost")
    say(
      LogEntry(
        .warning, "the guard has ended; another is started", ["pid": "\(current.pid)", "ending": "\(ending)"])
    )
    if loop.now - current.startedAt > .seconds(60) { failures = 0 }
    startLater()
  }

  /// At first at once, then after 1, 2, 4 … 60 s.
  private func startLater() {
    let earlier = failures
    // Before another start, which may fail, too.
    failures += 1
    guard earlier > 0 else { return start() }
    retry = loop.schedule(at: loop.now + .backoff(earlier)) { [unowned self] in start() }
  }

  /// A guard that is alive reads a tick at once; one that does not, is of no use. One that is starting looks at all
  /// interfaces first, for which it may have to wait for the kernel.
  private func check() {
    checkup = loop.schedule(at: loop.now + .seconds(1)) { [unowned self] in check() }
    let lost = ticker.takeLost()
    if lost > 0 { counters.add(lost, to: "ticks-lost") }
    let unread = current.map { ticker.unread(in: $0.ticks) } ?? 0
    unreadChecks = unread > 0 ? unreadChecks + 1 : 0
    guard let current, unreadChecks >= (current.isOnDuty ? 5 : 30) else { return }
    say(LogEntry(.warning, "the guard does not read; it is ended", ["pid": "\(current.pid)"]))
    current.kill()
    lose(.timedOut)
  }

  // MARK: Hearing

  private func take(_ report: wmg_guard_report, from guardian: GuardProcess) {
    switch wmg_guard_report_kind(report.kind) {
    case wmg_guard_report_on_duty:
      // One that was replaced before it was on duty is no reason to do without itself.
      guard guardian === current, let plan else { return }
      dismissFormer()
      say(
        LogEntry(
          .info, "guard on duty",
          [
            "pid": "\(guardian.pid)", "acts-after": (plan.detectionTime + plan.margin).optionText,
            "program": choice.path ?? "",
          ]))
    case wmg_guard_report_acted:
      counters.add(to: "actions")
      counters.add(Int(report.standby), to: "interfaces-made-standby")
      counters.set("last-action-ms", to: Int(report.milliseconds))
      say(
        LogEntry(
          .warning, "the guard has made interfaces standby: this gateway was silent for a detection time",
          ["standby": "\(report.standby)", "failed": "\(report.failed)"]))
    case wmg_guard_report_armed_again: counters.add(to: "armed-again")
    case wmg_guard_report_left_alone: counters.add(to: "left-alone")
    default: break
    }
  }

  private func tell(of older: GuardsOnDuty.Answer) {
    let pid = "\(older.pid)"
    switch older.verdict {
    case .retired(let standby, let failed):
      counters.add(to: "older-retired")
      say(
        LogEntry(
          .notice, "the guard of a gateway that ended here has retired",
          ["pid": pid, "standby": "\(standby)", "failed": "\(failed)"]))
    case .silent(let isEnded):
      say(
        LogEntry(
          .warning, "a guard of a gateway that ended here does not answer",
          ["pid": pid, "ended": "\(isEnded)"]))
    case .gatewayRuns, .willAct, .leavesAlone:
      say(
        LogEntry(
          .error, "another gateway on this host has interfaces of ours, and a guard",
          ["pid": pid, "gateway": "\(older.gateway)"]))
    }
  }
}
