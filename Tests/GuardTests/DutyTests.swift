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

  @Test("Of two descriptors that are sent along, none stays open")
  func twoDescriptors() throws {
    let listener = try SocketDescriptor(wmg_guard_listen(), "listen")
    let plan = try Self.plan(1...100)
    let asking = try SocketDescriptor(socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0), "make a socket")
    let (address, length) = Self.address("\(WMG_GUARD_SOCKET_PREFIX)\(getpid())")
    try #require(Self.connect(asking, address, length) == 0)
    var request = wmg_guard_request(version: UInt32(WMG_GUARD_VERSION), kind: wmg_guard_ask.rawValue)
    // Length 24, SOL_SOCKET, SCM_RIGHTS, and two descriptors.
    var control: [UInt32] = [24, 0, 1, 1, UInt32(plan.rawValue), UInt32(plan.rawValue)]
    let sent = withUnsafeMutableBytes(of: &request) { request in
      control.withUnsafeMutableBytes { control in
        var part = iovec(iov_base: request.baseAddress, iov_len: request.count)
        return withUnsafeMutablePointer(to: &part) { part in
          var message = msghdr()
          message.msg_iov = part
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = control.count
          return sendmsg(asking.rawValue, &message, 0)
        }
      }
    }
    try #require(sent == MemoryLayout<wmg_guard_request>.size)
    let before = Self.openPlans()
    var file: CInt = -1
    let connection = wmg_guard_accept(listener.rawValue, &request, &file)
    for descriptor in [connection, file] where descriptor >= 0 { close(descriptor) }
    #expect(Self.openPlans() == before)
  }

  @Test("One who listens and takes nobody in costs no time")
  func full() throws {
    let listener = try SocketDescriptor(
      socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0), "make a socket")
    let name = "\(WMG_GUARD_SOCKET_PREFIX)full.\(getpid())"
    let (address, length) = Self.address(name)
    let bound = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener.rawValue, $0, length) }
    }
    try #require(bound == 0 && listen(listener.rawValue, 0) == 0)
    let first = try SocketDescriptor(socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0), "make a socket")
    try #require(Self.connect(first, address, length) == 0)
    let start = BootTimeClock.now
    let plan = try Self.plan(1...100)
    let call = Self.call(name, plan, within: 5000)
    #expect(call.result == -1 && call.error == EAGAIN && call.guardian == 0)
    #expect(BootTimeClock.now - start < .seconds(2))
  }

  /// How many descriptors of plans this process has.
  private static func openPlans() -> Int {
    (0..<256).count { descriptor in
      var target = [CChar](repeating: 0, count: 64)
      let length = readlink("/proc/self/fd/\(descriptor)", &target, 64)
      let name = target.prefix(max(0, length)).map { UInt8(bitPattern: $0) }
      return String(decoding: name, as: UTF8.self).contains(WMG_GUARD_PLAN_NAME)
    }
  }

  private static func address(_ name: String) -> (sockaddr_un, socklen_t) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { path in
      for (place, byte) in name.utf8.enumerated() { path[place + 1] = byte }
    }
    return (address, socklen_t(3 + name.utf8.count))
  }

  private static func connect(_ socket: SocketDescriptor, _ address: sockaddr_un, _ length: socklen_t) -> CInt
  {
    withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(socket.rawValue, $0, length) }
    }
  }
}
