import ArgumentParser
import FoundationEssentials
import WMGFramework
import WMGRuntime

/// `wmgwd2 status`: asks a running daemon what it knows.
struct Status: ConfiguredCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(GatewayProgram.current.name) status",
      abstract: "Ask the running gateway for its view, its VNIs and its figures.")
  }

  @Flag(help: "Print JSON.") var json = false

  @Option(help: ArgumentHelp("The daemon's control socket.", valueName: "path"))
  var controlSocket: String = defaultControlSocket

  @OptionGroup var file: ConfigurationOption

  /// A gateway can be asked even when its file has been spoilt since it was started.
  var needsSettings: Bool { false }

  func run(with settings: EffectiveSettings) throws -> Int32 {
    let connection: ControlConnection
    do {
      connection = try ControlConnection(to: controlSocket)
    } catch {
      throw UsageError(
        "no gateway answers at \(error); start one, or name its socket with --control-socket",
        exitCode: UsageError.unavailable)
    }
    guard let answer = connection.ask("status"),
      let status = try? JSONDecoder().decode(GatewayStatus.self, from: Data(answer))
    else {
      throw UsageError(
        "the gateway at \(controlSocket) does not answer; look at its log", exitCode: UsageError.unavailable)
    }
    if json { try printJSON(status) } else { printText(status) }
    return 0
  }

  private func printText(_ status: GatewayStatus) {
    print("uid       \(status.uid)")
    print("phase     \(status.phase)")
    if let reason = status.isolated { print("isolated  \(reason)") }
    if let strategy = status.strategy {
      print("strategy  \(strategy)" + (status.fingerprint.map { ", fingerprint \($0)" } ?? ""))
    }
    if let guardian = status.guard {
      let pid = guardian.pid.map { ", pid \($0)" } ?? ""
      print(
        "guard     \(guardian.state)\(pid), acts after \(guardian.actsAfterMilliseconds) ms without an advertisement"
      )
    }
    if let privileges = status.privileges {
      let kept = privileges.capabilities.isEmpty ? "none" : privileges.capabilities.joined(separator: ",")
      print("runs as   user \(privileges.user), group \(privileges.group), with \(kept)")
    }
    let alive = status.peers.filter { $0.state == "alive" }.count
    print("view      \(alive == 0 ? "this gateway alone" : "\(alive + 1) gateways, this one included")")
    for peer in status.peers {
      print(
        "  \(peer.uid.padding(to: 22))\(peer.address.padding(to: 17))\(peer.state.padding(to: 9))heard "
          + "\(peer.ageMilliseconds) ms ago")
    }
    print("VNIs      \(status.vnis.count), of them:")
    for (title, keeps) in Self.groups {
      let vnis = VNISet(status.vnis.filter(keeps).compactMap { VNI(rawValue: $0.vni) })
      if !vnis.isEmpty { print("  \(title.padding(to: 22))\("\(vnis.count)".padding(to: 7))\(vnis)") }
    }
    let degraded = status.vnis.filter { $0.degraded != nil }
    for overlay in degraded.prefix(20) { print("  VNI \(overlay.vni): \(overlay.degraded ?? "")") }
    if degraded.count > 20 { print("  … and \(degraded.count - 20) more; --json lists all") }
    print("figures")
    for (component, figures) in status.counters.sorted(by: { $0.key < $1.key }) {
      for (name, value) in figures.sorted(by: { $0.key < $1.key }) {
        print("  \("\(component).\(name)".padding(to: 46))\(value)")
      }
    }
  }

  private static let groups: [(String, @Sendable (GatewayStatus.Overlay) -> Bool)] = [
    ("active", { $0.desired == "active" && $0.confirmed == "active" }),
    ("becoming active", { $0.desired == "active" && $0.confirmed != "active" && $0.degraded == nil }),
    ("standby", { $0.desired == "standby" && $0.confirmed == "standby" }),
    ("becoming standby", { $0.desired == "standby" && $0.confirmed != "standby" && $0.degraded == nil }),
    ("degraded", { $0.degraded != nil }),
  ]
}
