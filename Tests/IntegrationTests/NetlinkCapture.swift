import Foundation
import GatewayLab
import Testing

/// Writes down every netlink message that a daemon sends, seen from outside by strace, which reads them by itself. What its
/// guard sends is not the daemon's: a guard looks at all interfaces once when it begins.
final class NetlinkCapture {
  private let strace: ChildProcess
  private let daemon: ChildProcess
  private let file: String

  /// Begins to capture; returns when strace is attached to all of the daemon's threads.
  init(of daemon: ChildProcess, in gateway: LabGateway) throws {
    self.daemon = daemon
    file = "\(gateway.logFile).strace"
    let said = "\(gateway.logFile).strace.err"
    unlink(file)
    unlink(said)
    defer { unlink(said) }
    // In the daemon's namespace it knows the interfaces' names.
    strace = try ChildProcess(
      "/usr/bin/env",
      [
        "strace", "-f", "-p", "\(daemon.pid)", "-e", "trace=sendto,sendmsg,sendmmsg", "-s", "1000000", "-v",
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
    let children = Self.children(of: daemon)
    strace.send(SIGINT)
    _ = strace.wait(for: .seconds(5))
    strace.end(patience: .zero)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    unlink(file)
    return text.split(separator: "\n").filter { line in
      // Each line begins with the thread that it is of.
      line.contains("nlmsg_type=") && !children.contains(String(line.prefix { $0 != " " }))
    }
  }

  private static func children(of process: ChildProcess) -> Set<String> {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return Set(
      processes.filter { candidate in
        let status = try? String(contentsOfFile: "/proc/\(candidate)/status", encoding: .utf8)
        return status?.contains("\nPPid:\t\(process.pid)\n") == true
      })
  }
}
