import CGuard
import Glibc
import LinuxNetworking
import WMGFramework

/// The guards in this network namespace, found by their sockets; only those of root or of this user are believed.
public enum GuardsOnDuty {
  /// What a guard says of itself.
  public struct Answer: Hashable, Sendable {
    /// What it does with the interfaces that were asked about.
    public enum Verdict: Hashable, Sendable {
      /// Its gateway runs.
      case gatewayRuns
      /// Its gateway has ended, and it makes them standby, after this long.
      case willAct(after: Duration)
      /// Its gateway has ended and was alone: it leaves them as they are.
      case leavesAlone
      /// It was told to retire, and has: that many interfaces were made standby, and that many could not.
      case retired(standby: Int, failed: Int)
      /// It did not answer. `isEnded`: it has been ended for that.
      case silent(isEnded: Bool)
    }

    /// The guard's process.
    public var pid: Int32
    /// Its gateway's process; 0 where it did not say.
    public var gateway: Int32
    /// What it does.
    public var verdict: Verdict
  }

  /// How long one guard is waited for.
  static let patience = Duration.milliseconds(500)

  /// Asks those that guard interfaces of this plan what they will do.
  public static func ask(about plan: GuardPlan) -> [Answer] {
    guard let file = try? plan.sealed() else { return [] }
    return names().compactMap { call($0, wmg_guard_ask, file.rawValue, within: patience) }
  }

  /// Tells those whose gateway has ended to finish their work and go. One that does not answer is ended.
  public static func retire(for plan: GuardPlan) -> [Answer] {
    guard let file = try? plan.sealed() else { return [] }
    return names().compactMap { retire($0, file.rawValue) }
  }

  private static func retire(_ name: String, _ plan: CInt) -> Answer? {
    let deadline = BootTimeClock.now + patience
    while true {
      let left = deadline - BootTimeClock.now
      guard let answer = call(name, wmg_guard_retire, plan, within: max(left, .milliseconds(50))) else {
        return nil
      }
      switch answer.verdict {
      // It may be about to see that its gateway has ended.
      case .gatewayRuns where BootTimeClock.now < deadline: usleep(10_000)
      case .silent:
        let isEnded = wmg_guard_kill(answer.pid, GuardChoice.programName) == 0
        return Answer(pid: answer.pid, gateway: 0, verdict: .silent(isEnded: isEnded))
      default: return answer
      }
    }
  }

  /// `nil`: nobody is there, or nobody to be believed, or it has none of these interfaces.
  private static func call(
    _ name: String, _ kind: wmg_guard_request_kind, _ plan: CInt, within patience: Duration
  ) -> Answer? {
    var answer = wmg_guard_answer()
    var pid: Int32 = 0
    let milliseconds = CInt(clamping: patience.nanoseconds / 1_000_000)
    guard wmg_guard_call(name, kind, plan, milliseconds, &answer, &pid) == 0 else {
      return pid != 0 && errno == ETIMEDOUT
        ? Answer(pid: pid, gateway: 0, verdict: .silent(isEnded: false)) : nil
    }
    let verdict: Answer.Verdict
    switch wmg_guard_verdict(answer.verdict) {
    case wmg_guard_gateway_runs: verdict = .gatewayRuns
    case wmg_guard_will_act: verdict = .willAct(after: .nanoseconds(answer.acts_in_ns))
    case wmg_guard_leaves_alone: verdict = .leavesAlone
    case wmg_guard_retires:
      verdict = .retired(standby: Int(answer.switched), failed: Int(answer.failed))
    default: return nil
    }
    return Answer(pid: pid, gateway: answer.gateway, verdict: verdict)
  }

  /// The abstract sockets that are named as guards' are; connections have their listener's name, too.
  private static func names() -> Set<String> {
    let listing = SystemFile.read("/proc/thread-self/net/unix") ?? ""
    return Set(
      listing.split(separator: "\n").compactMap { line in
        guard let last = line.split(separator: " ").last, last.hasPrefix("@" + WMG_GUARD_SOCKET_PREFIX) else {
          return nil
        }
        return String(last.dropFirst())
      })
  }
}
