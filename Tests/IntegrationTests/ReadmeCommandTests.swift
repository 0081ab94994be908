import Foundation
import GatewayLab
import Testing
import WMGFramework

extension Integration {
  /// Every `sh` block of the README, run in order as a reader would run it on a host whose underlay is eth1.
  @Suite("README") struct ReadmeCommandTests {
    @Test("Each command does what the README says of it")
    func commands() throws {
      let blocks = MarkdownBlock.all(in: try Repository.text(of: "README.md"))
      let host = try ReadmeHost()
      defer { host.remove() }
      var daemons = 0
      for (position, block) in blocks.enumerated() where block.language == "sh" {
        if ReadmeHost.isDaemon(block) {
          try host.replaceDaemon(with: block)
          daemons += 1
          try expectServing(host, block)
          continue
        }
        let run = try host.run(block.text)
        #expect(run.ending == .exited(0), "README line \(block.line): \(run.output)")
        let next = blocks.dropFirst(position + 1).first
        if let next, next.language == "text", next.line == block.line + block.lineCount + 3 {
          expectLike(next, run.output)
        }
      }
      #expect(daemons >= 2)
      let isTheirs = host.file("moves.svg") == (try Repository.text(of: "docs/moves.svg"))
      #expect(isTheirs, "docs/moves.svg is not the picture that the README's command draws")
      try host.stopDaemon()
      #expect(
        try host.run("ip -br link show vrrp4-1").output.contains("NO-CARRIER"), "still active after a stop")
      #expect(
        host.daemonLog.contains("nothing announces") || host.daemonLog.contains("no effector announces"))
    }

    /// The README's promise of a daemon: every VNI is active, and so are the interfaces.
    private func expectServing(_ host: ReadmeHost, _ block: MarkdownBlock) throws {
      let isServing = pollUntil(ReadmeHost.patience) {
        guard let status = host.status() else { return false }
        return status.phase == "active" && status.vnis.count == 100
          && status.vnis.allSatisfy { $0.desired == "active" && $0.confirmed == "active" }
      }
      #expect(isServing, "README line \(block.line): not serving; \(host.daemonLog.suffix(2000))")
      for vni in [1, 2, 100] {
        let link = try host.run("ip -br link show vrrp4-\(vni)").output
        #expect(link.contains(" UP ") && link.contains("LOWER_UP"), "README line \(block.line): \(link)")
      }
    }

    /// What a machine takes for a pass differs from run to run, and so do the columns that it stands in; where the
    /// guard is, from machine to machine.
    private static func withoutCosts(_ text: String) -> String {
      text.replacing(/[ ]+[<0-9.,]+ (?:µs|ms|s|MB)\b/, with: " …")
        .replacing(/[ ]+time[ ]+memory\n/, with: " time memory\n")
        .replacing(/guard: is \/.*wmgwd2-guard\n/, with: "guard: is …\n")
    }

    /// Output that can be the same is; of a status, whose figures differ, the lines begin alike.
    private func expectLike(_ shown: MarkdownBlock, _ output: String) {
      guard shown.text.contains("figures") else {
        #expect(Self.withoutCosts(output) == Self.withoutCosts(shown.text), "README line \(shown.line)")
        return
      }
      for line in shown.text.split(separator: "\n") where line.first?.isLetter == true {
        let label = line.prefix { $0 != " " }
        #expect(
          output.contains("\n\(label)") || output.hasPrefix(label), "README line \(shown.line): \(label)")
      }
    }
  }
}

extension MarkdownBlock {
  fileprivate var lineCount: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 }
}

/// The host that the README speaks of: a namespace with an underlay eth1, 10.0.1.11/24, and a /run of its own, in which
/// `wmgwd2` is on the PATH.
private final class ReadmeHost {
  private let namespace = "wmgdocs-\(getpid())"
  private let neighbour = "wmgdocs-\(getpid())-n"
  private let folder = NSTemporaryDirectory() + "wmgdocs-\(getpid())"
  private let binary: String
  private let holder: ChildProcess
  private var daemon: ChildProcess?
  private var scripts = 0

  // Everything waits for the kernel's one lock on interfaces, which other tests' namespaces may hold for seconds.
  static let patience = Duration.seconds(60)

  init() throws {
    binary = try Daemon.path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Self.onHost("ip netns add \(namespace) && ip netns add \(neighbour)")
    try Self.onHost(
      "ip -n \(namespace) link set lo up && ip -n \(namespace) link add eth1 type veth peer name u netns \(neighbour)"
        + " && ip -n \(neighbour) link set u up && ip -n \(namespace) link set eth1 up"
        + " && ip -n \(namespace) address add 10.0.1.11/24 dev eth1")
    // Keeps the mount namespace that `ip netns exec` makes, so that the default control socket is this host's alone.
    let sign = "/run/ready"
    holder = try ChildProcess(
      "/bin/sh", ["-c", "mount -t tmpfs tmpfs /run && touch \(sign) && exec sleep 600"],
      namespace: namespace)
    try #require(pollUntil(Self.patience) { access("/proc/\(holder.pid)/root\(sign)", F_OK) == 0 })
  }

  func remove() {
    daemon?.end(patience: Self.patience)
    holder.end(patience: .zero)
    try? Self.onHost("ip netns del \(namespace); ip netns del \(neighbour)")
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Whether a block starts the daemon rather than a command that ends.
  static func isDaemon(_ block: MarkdownBlock) -> Bool {
    let words = block.text.split(separator: "\n").last?.split(separator: " ") ?? []
    return words.first == "wmgwd2" && (words.count == 1 || words[1].hasPrefix("-"))
  }

  var daemonLog: String { (try? String(contentsOfFile: "\(folder)/daemon.log", encoding: .utf8)) ?? "" }

  /// What a command of the README has written into the folder it runs in.
  func file(_ name: String) -> String? { try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }

  func run(_ script: String) throws -> (ending: ChildProcess.Ending?, output: String) {
    scripts += 1
    let file = "\(folder)/output-\(scripts)"
    let child = try start(script, output: file)
    let ending = child.wait(for: Self.patience)
    child.end(patience: .zero)
    return (ending, (try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
  }

  func replaceDaemon(with block: MarkdownBlock) throws {
    try stopDaemon()
    daemon = try start("exec \(block.text)", output: "\(folder)/daemon.log")
  }

  /// SIGTERM, as a reader would end it; everything is standby then.
  func stopDaemon() throws {
    guard let daemon else { return }
    #expect(daemon.end(patience: Self.patience) == .exited(0), "\(daemonLog.suffix(1000))")
    self.daemon = nil
  }

  func status() -> GatewayStatus? {
    guard let run = try? run("wmgwd2 status --json"), run.ending == .exited(0) else { return nil }
    return try? JSONDecoder().decode(GatewayStatus.self, from: Data(run.output.utf8))
  }

  private func start(_ script: String, output: String) throws -> ChildProcess {
    let path = "\(folder)/script-\(scripts).sh"
    let place = URL(fileURLWithPath: binary).deletingLastPathComponent().path
    try "PATH=\(place):/usr/local/sbin:/usr/sbin:/sbin:$PATH\ncd \(folder)\n\(script)".write(
      toFile: path, atomically: true, encoding: .utf8)
    return try ChildProcess(
      "/usr/bin/nsenter",
      ["--target", "\(holder.pid)", "--mount", "--net", "/bin/bash", "-euo", "pipefail", path],
      output: .file(output), errors: .file(output))
  }

  private static func onHost(_ command: String) throws {
    let child = try ChildProcess("/bin/sh", ["-c", command])
    try #require(child.wait(for: patience) == .exited(0), "\(command)")
  }
}
