import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration {
  /// With CAP_NET_ADMIN and CAP_NET_RAW a gateway does all that it does as root; whatever it is started with, it keeps
  /// no more.
  @Suite struct PrivilegeTests {
    @Test(
      "A gateway serves, hands over, repairs drift and answers, with two capabilities in every thread",
      arguments: DaemonStart.allCases)
    fileprivate func lifeOfAGateway(_ start: DaemonStart) throws {
      let fleet = try UserFleet(start)
      defer { fleet.end() }
      try fleet.fleet.start()
      for gateway in 0..<3 { try fleet.expectTheTwo(gateway) }

      // One leaves in order, and comes back.
      let before = fleet.fleet.observer.soleOwners
      fleet.fleet.observer.beginRecord()
      let leaving = try #require(fleet.fleet.network.gateways[2].daemon)
      leaving.terminate()
      #expect(leaving.wait(for: .seconds(8)) == .exited(0))
      #expect(fleet.fleet.observer.owned[2].isEmpty)
      #expect(fleet.fleet.observer.record().unowned.isEmpty)
      try fleet.fleet.network.gateways[2].start(fleet.fleet.command)
      #expect(pollUntil(.seconds(8)) { fleet.fleet.observer.soleOwners == before }, "\(fleet.fleet.picture)")
      try fleet.expectTheTwo(2)

      // Somebody else sets protodown on what the first one serves.
      let drifted = try #require(fleet.fleet.observer.owned[0].first { _ in true })
      try fleet.fleet.network.setProtodown(true, of: [drifted], at: 0)
      #expect(pollUntil(.seconds(5)) { fleet.fleet.observer.owners(of: drifted) == [0] })
      let status = try fleet.fleet.status(0)
      #expect(status.phase == "active" && status.counters["core"]?["drifts-repaired", default: 0] ?? 0 > 0)
      #expect(status.counters["garp"]?["announcements-sent", default: 0] ?? 0 > 0)
      #expect(status.counters["garp"]?["announcements-failed"] == nil)
      #expect(status.privileges?.capabilities == ["CAP_NET_ADMIN", "CAP_NET_RAW"])
      #expect(status.privileges?.user == start.user)
      let guardian = try #require(status.guard?.pid)
      let text = try #require(SystemFile.read("/proc/\(guardian)/status"))
      let ofGuard = try #require(ProcessPrivileges(status: text))
      #expect(ofGuard.permitted == [.networkAdministration] && ofGuard.effective == ofGuard.permitted)
      #expect(ofGuard.user == start.user && ofGuard.refusesNew && ofGuard.ambient == [])
      let log = fleet.fleet.network.gateways[0].log()
      #expect(log.contains("msg=privileges user=\(start.user)"), "\(log)")
      #expect(!log.contains("serving without a control socket") && !log.contains("Operation not permitted"))
    }

    @Test("Its program is told what it may do: as another user the same two, as root what root has")
    func childrenOfExec() throws {
      let folder = "/tmp/wmgprivileges\(getpid())"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      chmod(folder, 0o1777)
      let script = "\(folder)/notify"
      try
        "#!/bin/sh\ncat /proc/self/status > \(folder)/$WMG_UID.$$ && mv \(folder)/$WMG_UID.$$ \(folder)/$WMG_UID\n"
        .write(toFile: script, atomically: false, encoding: .utf8)
      chmod(script, 0o755)
      for start in [DaemonStart.root, .user, .setpriv] {
        let fleet = try UserFleet(start, ["--set", "exec.command=\(script)"])
        defer { fleet.end() }
        fleet.fleet.command.effectors = "macvlan,garp,exec"
        try fleet.fleet.start([0])
        let told = try #require(
          pollUntil(.seconds(5), for: { try? String(contentsOfFile: "\(folder)/11", encoding: .utf8) }))
        unlink("\(folder)/11")
        let privileges = try #require(ProcessPrivileges(status: told))
        #expect(privileges.user == start.user)
        let own = try #require(ProcessPrivileges.current)
        #expect(privileges.effective == (start == .root ? own.bounding : DaemonStart.theTwo), "\(start)")
        #expect(privileges.refusesNew == (start != .root))
      }
    }

    @Test("SIGHUP reads the file again as that user; a file that it may not read changes nothing")
    func reload() throws {
      let fleet = try UserFleet(.user)
      defer { fleet.end() }
      let file = "\(fleet.fleet.network.folder)/user.toml"
      defer { unlink(file) }
      func write(_ vnis: String, user: String, mode: mode_t = 0o644) throws {
        try "vnis = \"\(vnis)\"\nuser = \"\(user)\"\n".write(toFile: file, atomically: false, encoding: .utf8)
        chmod(file, mode)
      }
      try write("1-100", user: "64123:64124")
      let gateway = fleet.fleet.network.gateways[0]
      let daemon = try ChildProcess(
        try Daemon.path(),
        ["--config", file, "--interval", "200ms", "--control-socket", gateway.controlSocket, "--uid", "11"],
        namespace: gateway.namespace, errors: .file(gateway.logFile))
      defer { daemon.end(patience: .zero) }
      func carries(_ vnis: String) throws -> Bool {
        let wanted = try VNISet(parsing: vnis)
        return pollUntil(.seconds(5)) { fleet.fleet.observer.owned[0] == wanted }
      }
      #expect(try carries("1-100"))
      try fleet.expectTheTwo(0, daemon)
      try write("1-50", user: "64125:64124")
      daemon.send(SIGHUP)
      #expect(try carries("1-50"))
      #expect(
        pollUntil(.seconds(5)) { gateway.log().contains("takes effect at the next restart\" options=user") })

      try write("1-20", user: "64123:64124", mode: 0o600)
      daemon.send(SIGHUP)
      #expect(
        pollUntil(.seconds(5)) {
          gateway.log().contains("let the user that the daemon runs as (64123) read it")
        }, "\(gateway.log())")
      #expect(fleet.fleet.observer.owned[0] == (try VNISet(parsing: "1-50")))
    }

    @Test("With fewer than the two it does not start, and says which one is missing")
    func tooFew() throws {
      let without = ["--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw"]
      let (ending, errors) = try Self.run(["--vnis", "1"], by: DaemonStart.setprivWords(without))
      #expect(ending == .exited(77) && errors.contains("needs CAP_NET_ADMIN to set protodown"), "\(errors)")
      let kept = try Self.run(["--vnis", "1", "--capabilities", "CAP_NET_RAW"])
      #expect(kept.0 == .exited(77) && kept.1.contains("needs CAP_NET_ADMIN"), "\(kept)")
    }

    @Test(
      "A --user that cannot be is one line and an exit code",
      arguments: [
        ("", "names nobody"), ("no-such-user", "there is no user 'no-such-user'"), ("root", "is root"),
        ("0:0", "is root"), ("nobody:", "names nobody"), ("nobody:no-such-group", "there is no group"),
        ("64123", "give a group too"),
      ])
    func badUser(_ user: String, _ complaint: String) throws {
      let flag = try Self.run(["--vnis", "1", "--user", user])
      #expect(flag.0 == .exited(64), "\(flag)")
      #expect(flag.1.hasPrefix("wmgwd2: --user '\(user)': ") && flag.1.contains(complaint), "\(flag)")
      #expect(flag.1.split(separator: "\n").count == 1)

      let file = NSTemporaryDirectory() + "wmg-user-\(getpid()).toml"
      defer { unlink(file) }
      try "vnis = \"1\"\nuser = \"\(user)\"\n".write(toFile: file, atomically: true, encoding: .utf8)
      let told = try Self.run(["--config", file])
      #expect(told.0 == .exited(78) && told.1.hasPrefix("wmgwd2: \(file):2:1: user '"), "\(told)")
    }

    @Test("Only root can become another user")
    func notRoot() throws {
      let two = ["--inh-caps=-all,+net_admin,+net_raw", "--ambient-caps=-all,+net_admin,+net_raw"]
      let words = DaemonStart.setprivWords(two)
      let (ending, errors) = try Self.run(["--vnis", "1", "--user", "64125:64125"], by: words)
      #expect(ending == .exited(77) && errors.contains("only root can become another user"), "\(errors)")
    }

    @Test("A port of the privileged ones takes a capability more")
    func privilegedPort() throws {
      let arguments = [
        "--vnis", "1", "--effector", "log", "--user", "64123:64124", "--control-socket", "/nowhere",
        "--set", "udp-broadcast.port=900",
      ]
      let fleet = try Fleet()
      let namespace = fleet.network.gateways[0].namespace
      let (ending, errors) = try Self.run(arguments, in: namespace)
      #expect(ending == .exited(77) && errors.contains("--capabilities"), "\(errors)")
      let more = ["--capabilities", "CAP_NET_ADMIN,CAP_NET_RAW,CAP_NET_BIND_SERVICE"]
      let (served, log) = try Self.run(arguments + more, in: namespace, patience: .seconds(2))
      #expect(served == nil && log.contains("kept=CAP_NET_BIND_SERVICE,CAP_NET_ADMIN,CAP_NET_RAW"), "\(log)")
    }

    /// Runs the daemon until it ends, or `patience` is over; what it said.
    private static func run(
      _ arguments: [String], by launcher: [String] = ["/usr/bin/env"], in namespace: String? = nil,
      patience: Duration = .seconds(10)
    ) throws -> (ChildProcess.Ending?, String) {
      let file = NSTemporaryDirectory() + "wmg-privileges-\(getpid())"
      defer { unlink(file) }
      let words = launcher + [try Daemon.path()] + arguments
      let isolated = arguments.contains("--config") ? [] : ["--config", "/dev/null"]
      let child = try ChildProcess(
        words[0], Array(words.dropFirst()) + isolated, namespace: namespace, errors: .file(file))
      let ending = child.wait(for: patience)
      child.end(patience: .seconds(1))
      return (ending, (try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
    }
  }
}

/// How a daemon comes by its privileges.
private enum DaemonStart: String, CaseIterable, CustomTestStringConvertible {
  /// As root, and stays it.
  case root
  /// As root, with `--user`.
  case user
  /// As another user with the two, and nothing more to be had.
  case setpriv
  /// As another user with more than the two.
  case setprivWithMore

  static let theTwo: CapabilitySet = [.networkAdministration, .rawNetwork]
  static let userNumber: UInt32 = 64123
  static let groupNumber: UInt32 = 64124

  var user: UInt32 { self == .root ? 0 : Self.userNumber }
  var testDescription: String { rawValue }

  static func setprivWords(_ capabilities: [String]) -> [String] {
    ["/usr/bin/setpriv", "--reuid=\(userNumber)", "--regid=\(groupNumber)", "--clear-groups"] + capabilities
  }

  /// The program before the daemon's.
  var launcher: [String] {
    switch self {
    case .root, .user: []
    case .setpriv:
      Self.setprivWords([
        "--inh-caps=-all,+net_admin,+net_raw", "--ambient-caps=-all,+net_admin,+net_raw",
        "--bounding-set=-all,+net_admin,+net_raw",
      ])
    case .setprivWithMore:
      Self.setprivWords([
        "--inh-caps=-all,+net_admin,+net_raw,+dac_override,+setpcap,+sys_time",
        "--ambient-caps=-all,+net_admin,+net_raw,+dac_override,+setpcap,+sys_time",
      ])
    }
  }
}

/// Three gateways whose daemons are started in one of these ways, and whose control sockets are where they may be.
private final class UserFleet {
  let fleet: Fleet
  private let start: DaemonStart

  init(_ start: DaemonStart, _ further: [String] = []) throws {
    self.start = start
    fleet = try Fleet(.direct, further + (start == .user ? ["--user", "64123:64124"] : []))
    // Daemons of other tests have written there, as another user.
    for gateway in fleet.network.gateways {
      unlink(gateway.logFile)
      unlink(gateway.controlSocket)
    }
    fleet.command.launcher = start.launcher
    guard start != .root else { return }
    chown(fleet.network.folder, DaemonStart.userNumber, DaemonStart.groupNumber)
  }

  func end() {
    for gateway in fleet.network.gateways {
      gateway.daemon?.end(patience: .zero)
      unlink(gateway.controlSocket)
    }
    chown(fleet.network.folder, 0, 0)
  }

  /// Every thread of a daemon has exactly the two capabilities, and is of the user that it should be of.
  func expectTheTwo(
    _ gateway: Int, _ daemon: ChildProcess? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let pid = try #require(daemon ?? fleet.network.gateways[gateway].daemon).pid
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
    // Core, discovery, two effectors, control, log at least.
    #expect(threads.count >= 6, sourceLocation: sourceLocation)
    for thread in threads {
      let text = try #require(SystemFile.read("/proc/\(pid)/task/\(thread)/status"))
      let privileges = try #require(ProcessPrivileges(status: text))
      let two = DaemonStart.theTwo
      #expect(privileges.permitted == two && privileges.effective == two, sourceLocation: sourceLocation)
      #expect(privileges.inheritable == two, sourceLocation: sourceLocation)
      #expect(privileges.user == start.user, sourceLocation: sourceLocation)
      guard start != .root else { continue }
      #expect(privileges.ambient == two && privileges.bounding == two, sourceLocation: sourceLocation)
      #expect(
        privileges.refusesNew && privileges.group == DaemonStart.groupNumber, sourceLocation: sourceLocation)
      #expect(privileges.groups.allSatisfy { $0 == DaemonStart.groupNumber }, sourceLocation: sourceLocation)
    }
  }
}

/// What `find` finds, as soon as it does; `nil` if it never does within `patience`.
private func pollUntil<Found>(_ patience: Duration, for find: () -> Found?) -> Found? {
  var found: Found?
  _ = pollUntil(patience) {
    found = find()
    return found != nil
  }
  return found
}
