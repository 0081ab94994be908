import Foundation
import GatewayLab
import Testing

/// Every mistake gets one line on standard error, with the option in it, and an exit code of sysexits.
@Suite struct BadInputTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let mentions: [String]
    var exitCode: Int32? = 64

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let mistakes = [
    Mistake(arguments: ["-minvni", "5", "-maxvni", "3"], mentions: ["minvni", "maxvni", "5", "3"]),
    Mistake(arguments: ["--vnis", "0"], mentions: ["--vnis", "1 to 16777215"]),
    Mistake(arguments: ["--vnis", "16777216"], mentions: ["--vnis", "16777216", "16777215"]),
    Mistake(arguments: ["-minvni", "0"], mentions: ["minvni", "1 to 16777215"]),
    Mistake(arguments: ["-maxvni", "16777216"], mentions: ["maxvni", "16777215"]),
    Mistake(arguments: ["--vnis", "3-1"], mentions: ["--vnis", "3-1"]),
    Mistake(arguments: ["-uid", "18446744073709551616"], mentions: ["uid", "18446744073709551615"]),
    Mistake(arguments: ["-uid", "eleven"], mentions: ["uid", "eleven"]),
    Mistake(arguments: ["--interval", "0"], mentions: ["--interval", "10ms"]),
    Mistake(arguments: ["--interval", "0ms"], mentions: ["--interval", "10ms"]),
    Mistake(arguments: ["--interval", "9ms"], mentions: ["--interval", "10ms"]),
    Mistake(arguments: ["--effector", "macvlam"], mentions: ["--effector", "macvlam", "'macvlan'"]),
    Mistake(arguments: ["--strategy", "rendevous"], mentions: ["--strategy", "'rendezvous'"]),
    Mistake(arguments: ["--set", "garp.intervall=60s"], mentions: ["garp.intervall", "'interval'"]),
    Mistake(
      arguments: ["--plugin", "./no-such-library.so"],
      mentions: ["--plugin ./no-such-library.so", "no such file"],
      exitCode: 66),
    Mistake(
      arguments: ["check", "--plugin", "/etc/passwd"],
      mentions: ["--plugin /etc/passwd", "cannot be loaded"],
      exitCode: 78),
    Mistake(
      arguments: ["--strategy", "static", "--set", "static.table=1-9=11;5=12"],
      mentions: ["static.table", "5 is in two entries"]),
    Mistake(
      arguments: ["check", "--against", "rendezvous"], mentions: ["--against", "rendezvous:811c9dc5"]),
    Mistake(arguments: ["--log-level", "loud"], mentions: ["--log-level", "loud", "info"]),
    Mistake(arguments: ["explain", "0", "--gateways", "11"], mentions: ["'0'", "1 to 16777215"]),
    Mistake(arguments: ["simulate", "--gateways", "11,0"], mentions: ["--gateways", "'0'"]),
    Mistake(arguments: ["simulate", "--gateways", "11,11"], mentions: ["--gateways", "11 twice"]),
    Mistake(arguments: ["simulate", "--gateways", "11,12", "--remove", "13"], mentions: ["--remove", "13"]),
    Mistake(
      arguments: ["simulate", "--gateways", "11", "--remove", "11"], mentions: ["--remove", "leave one"]),
    Mistake(arguments: ["simulate", "--gateway-count", "65536"], mentions: ["--gateway-count", "65535"]),
    Mistake(
      arguments: ["explain", "60", "--gateways", "11", "--vnis", "1-50"], mentions: ["60", "1-50 (--vnis)"]),
    Mistake(arguments: ["simulate", "--gateways", "11", "--strategy", "all,foreign"], mentions: ["alone"]),
    Mistake(arguments: ["--strategy", ""], mentions: ["--strategy ''"]),
    Mistake(arguments: ["help", "nosuch"], mentions: ["'nosuch'"]),
    Mistake(arguments: ["config", "check", "--json"], mentions: ["--json"]),
    Mistake(
      arguments: ["plugins", "--plugin", "./nosuch.so", "--describe", "fnv"],
      mentions: ["--plugin ./nosuch.so", "no such file"], exitCode: 66),
    Mistake(
      arguments: ["plugin", "new", "strategy", "Rendezvous", "--framework", "https://example.com/x"],
      mentions: ["'rendezvous' already"]),
    Mistake(
      arguments: ["config", "check", "--effector", "exec", "--set", "exec.command=/nonexistent/x"],
      mentions: ["--set exec.command=/nonexistent/x"], exitCode: 66),
    Mistake(
      arguments: ["--strategy", "weighted", "--set", "weighted.weights=11=2,12=x"],
      mentions: ["weighted.weights", "'12=x' is none"]),
    Mistake(
      arguments: ["--strategy", "foreign", "--set", "foreign.signature=u64(vni,ud)"],
      mentions: ["foreign.signature", "did you mean 'uid'"]),
    Mistake(arguments: ["--set", "garp.count=x"], mentions: ["garp.count", "1 to 100", "'x'"]),
    Mistake(arguments: ["--config", "/nonexistent/x"], mentions: ["--config /nonexistent/x"], exitCode: 66),
    Mistake(arguments: ["--guard", "wmgwd2-guard"], mentions: ["--guard", "beside, off or a path"]),
    Mistake(
      arguments: ["--guard", "/nonexistent/guard"], mentions: ["--guard '/nonexistent/guard'"], exitCode: 66),
    Mistake(arguments: ["--guard", "/usr/lib"], mentions: ["--guard '/usr/lib'"], exitCode: 66),
    Mistake(arguments: ["--guard-delay", "4s"], mentions: ["--guard-delay", "0s to 3s"]),
    Mistake(arguments: ["--guard-delay", "-1s"], mentions: ["--guard-delay"]),
    Mistake(arguments: ["--guard-delay", "soon"], mentions: ["--guard-delay 'soon'", "such as 0s"]),
    Mistake(arguments: ["standby", "--vnis", "0"], mentions: ["--vnis", "1 to 16777215"]),
    Mistake(
      arguments: ["standby", "--effector", "log"], mentions: ["--effector log", "could be made standby"]),
    Mistake(arguments: ["--no-such-option"], mentions: ["--no-such-option"]),
    Mistake(
      arguments: ["status", "--control-socket", "/nonexistent/socket"],
      mentions: ["/nonexistent/socket", "--control-socket"], exitCode: 69),
  ]

  @Test("One clear line", arguments: mistakes)
  func oneLine(_ mistake: Mistake) throws {
    let (ending, errors) = try run(mistake.arguments)
    let lines = errors.split(separator: "\n")
    #expect(lines.count == 1, "\(errors)")
    for word in mistake.mentions { #expect(errors.contains(word), "\(errors)") }
    #expect(ending == mistake.exitCode.map { .exited($0) })
  }

  @Test(
    "Without the privilege: a line that names it, exit code 77, nothing changed",
    arguments: [
      ("macvlan", "CAP_NET_ADMIN"), ("garp", "CAP_NET_RAW"),
    ])
  func unprivileged(_ effector: String, _ capability: String) throws {
    let (ending, errors) = try run(
      ["--vnis", "1-3", "--effector", effector, "--control-socket", "/nonexistent/socket"], asNobody: true)
    #expect(errors.contains("--effector \(effector) needs \(capability)"), "\(errors)")
    #expect(ending == .exited(77), "\(errors)")
  }

  @Test("check finds a strategy that cannot be made, and does not give it a fingerprint")
  func strategyThatCannotBeMade() throws {
    let file = NSTemporaryDirectory() + "wmglab-bad-strategy-\(getpid())-\(UUID().uuidString)"
    defer { unlink(file) }
    let child = try ChildProcess(
      try Daemon.path(),
      [
        "check", "--effector", "log", "--strategy", "foreign", "--set", "foreign.library=libnosuch.so",
        "--set",
        "foreign.symbol=XXH64", "--set", "foreign.signature=u64(bytes,size,u64=0)",
      ], output: .file(file), errors: .file(file))
    let ending = child.wait(for: .seconds(20))
    child.end(patience: .zero)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains("error    foreign: --set foreign.library=libnosuch.so: "), "\(text)")
    #expect(!text.contains("fingerprint") && ending == .exited(78), "\(text)")
  }

  @Test("The lab without root: one line, exit code 77")
  func labWithoutRoot() throws {
    let (ending, errors) = try run(["lab"], asNobody: true)
    #expect(errors.split(separator: "\n").count == 1 && errors.contains("root"), "\(errors)")
    #expect(ending == .exited(77))
  }

  /// Runs the program to its end; one that keeps running has swallowed a mistake.
  private func run(_ arguments: [String], asNobody: Bool = false) throws -> (ChildProcess.Ending?, String) {
    let file = NSTemporaryDirectory() + "wmglab-bad-input-\(getpid())-\(UUID().uuidString)"
    defer { unlink(file) }
    let words = [try Daemon.path()] + arguments
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]
    let isRoot = geteuid() == 0
    let child = try ChildProcess(
      "/usr/bin/env", asNobody && isRoot ? nobody + words : words, errors: .file(file))
    let ending = child.wait(for: .seconds(10))
    child.end(patience: .zero)
    return (ending, (try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
  }
}
