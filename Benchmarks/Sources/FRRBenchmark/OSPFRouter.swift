import Figures
import Foundation
import GatewayLab
import LinuxNetworking
import WMGFramework

/// A zebra and an ospfd beside a gateway, with all their files in a folder of the lab's; the host's FRR is not touched.
final class OSPFRouter {
  /// Where the vty sockets are.
  let folder: String
  private let gateway: LabGateway
  private let experiment: Experiment
  private var processes: [ChildProcess] = []

  private static let programs = "/usr/lib/frr"
  private static let vtysh = "/usr/bin/vtysh"

  /// How ospfd takes configuration.
  enum Mode: String {
    /// As it does by default: each `interface NAME` is a change of its own, compared with all that is configured.
    case classic
    /// With `ospfd --tcli`: such changes wait for a `commit`, and `ip ospf cost` needs none.
    case transactional
  }

  /// Starts both daemons; ospfd is active on every interface that is up, and passive there: there are no neighbours.
  init(_ gateway: LabGateway, _ mode: Mode, in parent: String, _ experiment: Experiment) throws {
    folder = "\(parent)/frr-\(mode)"
    self.gateway = gateway
    self.experiment = experiment
    guard access(Self.vtysh, X_OK) == 0, let account = getpwnam("frr") else { throw LabError.frrMissing }
    guard mkdir(folder, 0o750) == 0 else { throw LabError(SystemCallError("make \(folder)").description) }
    // The daemons are not root for long.
    chmod(parent, 0o711)
    chown(folder, account.pointee.pw_uid, account.pointee.pw_gid)
    try start("zebra", ["-s", "90000000"])
    try start("ospfd", mode == .transactional ? ["--tcli"] : [])
    try vtysh(
      "configure terminal", "router ospf", "ospf router-id \(gateway.underlayAddress)",
      "passive-interface default",
      "network 0.0.0.0/0 area 0")
  }

  deinit {
    for process in processes.reversed() { process.end(patience: .seconds(5)) }
  }

  private func start(_ daemon: String, _ further: [String] = []) throws {
    let process = try ChildProcess(
      "\(Self.programs)/\(daemon)",
      [
        "-f", "/dev/null", "-i", "\(folder)/\(daemon).pid", "-z", "\(folder)/zserv.api", "--vty_socket",
        folder,
        "-A", "127.0.0.1", "-P", "0",
      ] + further, namespace: gateway.namespace)
    processes.append(process)
    guard
      try experiment.wait(
        patience: .seconds(20), until: { access("\(self.folder)/\(daemon).vty", F_OK) == 0 })
    else { throw LabError("\(daemon) does not start") }
  }

  /// Runs commands by one plain vtysh, as one types them.
  @discardableResult
  func vtysh(_ commands: String...) throws -> String {
    let file = "\(folder)/answer"
    unlink(file)
    let process = try ChildProcess(
      Self.vtysh, ["--vty_socket", folder, "--histfile", "/dev/null"] + commands.flatMap { ["-c", $0] },
      output: .file(file))
    guard process.wait(for: .seconds(30)) == .exited(0) else {
      throw LabError("vtysh \(commands) did not end well")
    }
    return try String(contentsOfFile: file, encoding: .utf8)
  }

  /// How long vtysh alone takes for what the effector tells of these VNIs, in the same words.
  func bareDuration(of vnis: VNISet) throws -> Duration {
    let file = "\(folder)/commands"
    let lines = vnis.map { "interface vrrp4-\($0)\n ip ospf cost 100\n" }
    try lines.joined().write(toFile: file, atomically: false, encoding: .utf8)
    let start = BootTimeClock.now
    let process = try ChildProcess(
      Self.vtysh, ["--vty_socket", folder, "--histfile", "/dev/null", "-d", "ospfd", "-f", file])
    guard process.wait(for: .seconds(60)) == .exited(0) else { throw LabError("vtysh -f did not end well") }
    return BootTimeClock.now - start
  }

  /// How many interfaces have this cost.
  func interfaces(ofCost cost: Int) throws -> Int {
    try vtysh("show running-config").split(separator: "\n").count { $0 == " ip ospf cost \(cost)" }
  }
}
