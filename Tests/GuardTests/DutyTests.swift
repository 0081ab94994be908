import CGuard
import Glibc
import LinuxNetworking
import Testing
import WMGFramework
import WMGRuntime

/// How guards are found, asked and ended, where this process plays both parts.
@Suite(.serialized) struct DutyTests {
  private static func plan(_ vnis: ClosedRange<UInt32>) throws -> SocketDescriptor {
    let vnis = try VNISet(parsing: "\(vnis.lowerBound)-\(vnis.upperBound)")
    return try GuardPlan(
      GuardedInterfaces([.init(prefix: "vrrp4-", vnis: vnis, kind: "macvlan")]), detectionTime: .seconds(3),
      margin: .milliseconds(110)
    ).sealed()
  }

  private static func call(_ name: String, _ plan: SocketDescriptor, within milliseconds: CInt = 50)
    -> (result: CInt, error: CInt, guardian: Int32)
  {
    var answer = wmg_guard_answer()
    var guardian: Int32 = -1
    let result = wmg_guard_call(name, wmg_guard_ask, plan.rawValue, milliseconds, &answer, &guardian)
    return (result, errno, guardian)
  }

  /// A child process that keeps a plan open as a guard does, and does nothing.
  private static func withBystander(keeping plan: SocketDescriptor?, _ body: (pid_t) throws -> Void) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let plan { posix_spawn_file_actions_adddup2(&actions, plan.rawValue, WMG_GUARD_PLAN_FILE) }
    var child: pid_t = 0
    let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
    defer { arguments.forEach { free($0) } }
    try #require(posix_spawn(&child, "/bin/sleep", &actions, nil, arguments, environ) == 0)
    defer {
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
    }
    // Until the program runs, it has this one's files.
    usleep(50_000)
    try body(child)
  }

  @Test("Nobody there, and somebody who does not answer, are told apart")
  func silence() throws {
    let listener = try SocketDescriptor(wmg_guard_listen(), "listen")
    let plan = try Self.plan(1...100)
    let silent = Self.call("\(WMG_GUARD_SOCKET_PREFIX)\(getpid())", plan)
    #expect(silent.result == -1 && silent.error == ETIMEDOUT && silent.guardian == getpid())
    let nobody = Self.call("\(WMG_GUARD_SOCKET_PREFIX)nobody", plan)
    #expect(nobody.result == -1 && nobody.error == ECONNREFUSED && nobody.guardian == 0)
    _ = listener
  }

  @Test("A guard's plan is seen from outside, and compared")
  func concern() throws {
    let plan = try Self.plan(1...100)
    let overlapping = try Self.plan(100...200)
    let other = try Self.plan(101...200)
    try Self.withBystander(keeping: plan) { child in
      #expect(wmg_guard_is_concerned(child, overlapping.rawValue) == 1)
      #expect(wmg_guard_is_concerned(child, other.rawValue) == 0)
    }
    try Self.withBystander(keeping: nil) { child in
      #expect(wmg_guard_is_concerned(child, plan.rawValue) == -1)
    }
  }

  @Test("Ended is only a program of that name whose plan can be read")
  func killing() throws {
    try Self.withBystander(keeping: nil) { child in
      #expect(wmg_guard_kill(child, "sleep") == -1 && errno == EPERM)
      #expect(kill(child, 0) == 0)
    }
    try Self.withBystander(keeping: Self.plan(1...100)) { child in
      #expect(wmg_guard_kill(child, "another") == -1 && errno == EPERM)
      #expect(wmg_guard_kill(child, "sleep") == 0)
    }
  }
}
