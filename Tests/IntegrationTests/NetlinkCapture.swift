import Foundation
import GatewayLab
import Testing

/// Writes down every netlink message that a daemon sends, seen from outside by strace, which reads them by itself. What its
/// guard sends is not the daemon's: a guard looks at all interfaces once when it begins.
final class NetlinkCapture {
  private let strace: ChildProcess
  private let file: String

  /// Begins to capture; returns when strace is attached to all of the daemon's threads.
  init(of daemon: ChildProcess, in gateway: LabGateway) throws {
    file = "\(gateway.logFile).strace"
    let said = "\(gateway.logFile).strace.err"
    unlink(file)
    unlink(said)
    defer { unlink(said) }
    // In the daemon's namespace it knows the interfaces' names.
    strace = try ChildProcess(
      "/usr/bin/env",
      [
        "strace", "-f", "-p", "\(daemon.pid)", "-e", "trace=sendto,sendmsg,sendmmsg,execve", "-s", "1000000",
        "-v",
        "-o", file,
      ],
      namespace: gateway.namespace, errors: .file(said))
    let isAttached = pollUntil(.seconds(10)) {
      (try? String(contentsOfFile: said, encoding: .utf8))?.contains("attached") == true
    }
    try #require(
      isAttached, "strace does not attach: \((try? String(contentsOfFile: said, encoding: .utf8)) ?? "")")
    pause(.milliseconds(300))
  }

  /// Ends the capture; returns the system calls that sent netlink messages, as text.
  func finish() throws -> [Substring] {
    strace.send(SIGINT)
    _ = strace.wait(for: .seconds(5))
    strace.end(patience: .zero)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    unlink(file)
    // Each line begins with the thread that it is of.
    let lines = text.split(separator: "\n").map { (thread: $0.prefix { $0 != " " }, text: $0) }
    let others = Set(lines.filter { $0.text.contains("execve(") }.map(\.thread))
    return lines.filter { $0.text.contains("nlmsg_type=") && !others.contains($0.thread) }.map(\.text)
  }
}
