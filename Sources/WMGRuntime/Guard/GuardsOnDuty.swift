import CGuard
import Glibc
import LinuxNetworking
import WMGFramework

/// The guards in this network namespace, found by their sockets. Root believes all that may change interfaces, others only
/// those of root and of their own user.
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
      /// It did not answer, refused to, or is of another version. `isEnded`: it has been ended for not answering.
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
  /// How long all are waited for: any user of this host can open sockets that are named as guards' are.
  static let patienceWithAll = Duration.seconds(2)

  /// Asks those that guard interfaces of this plan what they will do.
  public static func ask(about plan: GuardPlan) -> [Answer] {
    guard let file = try? plan.sealed() else { return [] }
    return each { call($0, wmg_guard_ask, file.rawValue, within: $1).answer }
  }

  /// Tells those whose gateway has ended to finish their work and go. One that hangs is ended.
  public static func retire(for plan: GuardPlan) -> [Answer] {
    guard let file = try? plan.sealed() else { return [] }
    return each { retire($0, file.rawValue, within: $1) }
  }

  /// Talks to one after the other, until the time for all is over.
  private static func each(_ talk: (String, Duration) -> Answer?) -> [Answer] {
    let deadline = BootTimeClock.now + patienceWithAll
    var answers: [Answer] = []
    for name in names() {
      let left = deadline - BootTimeClock.now
      guard left > .zero else { break }
      if let answer = talk(name, min(patience, left)) { answers.append(answer) }
    }
    return answers
  }

  private static func retire(_ name: String, _ plan: CInt, within patience: Duration) -> Answer? {
    let deadline = BootTimeClock.now + patience
    while true {
      let left = deadline - BootTimeClock.now
      let told = call(name, wmg_guard_retire, plan, within: max(left, .milliseconds(50)))
      guard let answer = told.answer else { return nil }
      switch answer.verdict {
      // It may be about to see that its gateway has ended.
      case .gatewayRuns where BootTimeClock.now < deadline: usleep(10_000)
      // One that refuses may be on duty for a gateway that runs.
      case .silent where told.hangs:
        let isEnded = wmg_guard_kill(answer.pid, GuardChoice.programName) == 0
        return Answer(pid: answer.pid, gateway: 0, verdict: .silent(isEnded: isEnded))
      default: return answer
      }
    }
  }

  /// `nil`: nobody is there, or nobody to be believed, or it has none of these interfaces. Whoever is there and says
  /// nothing that can be understood may have a gateway that runs.
  private static func call(
    _ name: String, _ kind: wmg_guard_request_kind, _ plan: CInt, within patience: Duration
  ) -> (answer: Answer?, hangs: Bool) {
    var answer = wmg_guard_answer()
    var pid: Int32 = 0
    let milliseconds = CInt(clamping: patience.nanoseconds / 1_000_000)
    let refusalEnds = BootTimeClock.now + .milliseconds(100)
    while wmg_guard_call(name, kind, plan, milliseconds, &answer, &pid) != 0 {
      guard pid != 0 else { return (nil, false) }
      let hangs = errno == ETIMEDOUT
      guard !hangs, BootTimeClock.now < refusalEnds else {
        return (Answer(pid: pid, gateway: 0, verdict: .silent(isEnded: false)), hangs)
      }
      // One that is just ending closes connections, too, and is gone in a moment.
      usleep(10_000)
    }
    guard let verdict = Answer.Verdict(answer) else { return (nil, false) }
    return (Answer(pid: pid, gateway: answer.gateway, verdict: verdict), false)
  }

  private static func names() -> Set<String> {
    names(in: SystemFile.read("/proc/thread-self/net/unix") ?? "")
  }

  /// The abstract sockets that listen and are named as guards' are, in the kernel's listing of all (proc(5)).
  static func names(in listing: String) -> Set<String> {
    let prefix = "@" + WMG_GUARD_SOCKET_PREFIX
    return Set(
      // By bytes: a carriage return in somebody's name would make one character of it and the end of the line.
      listing.utf8.split(separator: 0x0A).compactMap { line in
        let fields = Substring(line).split(separator: " ")
        // Address, references, protocol, flags (listening), type (SOCK_SEQPACKET), state, inode, name.
        guard fields.count == 8, fields[3] == "00010000", fields[4] == "0005", fields[7].hasPrefix(prefix),
          fields[7].dropFirst(prefix.count).allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
        else { return nil }
        return String(fields[7].dropFirst())
      })
  }
}

extension GuardsOnDuty.Answer.Verdict {
  /// `nil`: it has none of the interfaces.
  fileprivate init?(_ answer: wmg_guard_answer) {
    switch wmg_guard_verdict(answer.verdict) {
    case wmg_guard_gateway_runs: self = .gatewayRuns
    case wmg_guard_will_act: self = .willAct(after: .nanoseconds(answer.acts_in_ns))
    case wmg_guard_leaves_alone: self = .leavesAlone
    case wmg_guard_retires: self = .retired(standby: Int(answer.switched), failed: Int(answer.failed))
    default: return nil
    }
  }
}
