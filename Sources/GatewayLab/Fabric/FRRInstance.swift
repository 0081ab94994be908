import Glibc
import LinuxNetworking
import Synchronization
import WMGFramework

/// A daemon of FRR.
public enum FRRDaemon: String, Sendable, CaseIterable {
  /// Talks to the kernel: links, addresses, forwarding entries.
  case zebra
  /// Watches the paths to BGP's peers.
  case bfdd
  /// BGP.
  case bgpd
}

/// The FRR of one namespace of a fabric: its daemons run in the foreground as our children, with all their files in the
/// fabric's folder. It has nothing to do with an FRR of the host.
public final class FRRInstance: Sendable {
  /// `g1`, `g2` …, `ap`, `rr`.
  public let name: String
  /// The network namespace, as `ip netns` names it.
  public let namespace: String
  /// Where its vty sockets, configuration and logs are: what `vtysh --vty_socket` takes.
  public let folder: String
  /// The daemons that it has: bfdd only in a fabric with BFD.
  public let daemons: [FRRDaemon]

  private let installation: FRRInstallation
  private let processes = Mutex<[FRRDaemon: ChildProcess]>([:])

  init(
    namespace: String, parent: String, installation: FRRInstallation, configuration: FRRConfiguration
  ) throws(LabError) {
    name = configuration.name
    self.namespace = namespace
    self.installation = installation
    folder = "\(parent)/frr-\(name)"
    daemons = FRRDaemon.allCases.filter { $0 != .bfdd || configuration.hasBFD }
    guard mkdir(folder, 0o750) == 0 else {
      throw LabError(SystemCallError("make \(folder)").description, exitCode: 73)
    }
    for daemon in daemons { try write(configuration.text(for: daemon), to: "\(daemon).conf") }
    // vtysh complains without one, and must not read the host's.
    try write("", to: "vtysh.conf")
    chown(folder, installation.user, installation.group)
  }

  /// Starts those daemons that do not run, zebra first, and waits until they listen.
  public func start() throws(LabError) {
    for daemon in daemons where !isRunning(daemon) {
      try launch(daemon)
      // bgpd and bfdd would look for zebra again only after 10 s.
      if daemon == .zebra { try waitUntilListening(.zebra) }
    }
    for daemon in daemons { try waitUntilListening(daemon) }
  }

  /// Starts one daemon, if it does not run, and waits until it listens.
  public func start(_ daemon: FRRDaemon) throws(LabError) {
    if !isRunning(daemon) { try launch(daemon) }
    try waitUntilListening(daemon)
  }

  /// Stops all daemons orderly (SIGTERM), bgpd first; those that take longer than `patience` are killed.
  public func stop(patience: Duration = .seconds(5)) {
    for daemon in daemons.reversed() { stop(daemon, patience: patience) }
  }

  /// Stops one daemon orderly (SIGTERM); if it takes longer than `patience`, it is killed.
  public func stop(_ daemon: FRRDaemon, patience: Duration = .seconds(5)) {
    process(daemon)?.end(patience: patience)
  }

  /// Ends one daemon at once (SIGKILL), as a crash does; nothing starts it again by itself.
  public func kill(_ daemon: FRRDaemon) {
    guard let process = process(daemon) else { return }
    process.kill()
    _ = process.wait(for: .seconds(5))
  }

  /// Ends all daemons at once, without a word to their peers.
  public func killAll() {
    for daemon in daemons { process(daemon)?.kill() }
    for daemon in daemons { _ = process(daemon)?.wait(for: .seconds(5)) }
  }

  /// Stops all daemons orderly and starts them again, as `systemctl restart frr` does.
  public func restart() throws(LabError) {
    stop()
    try start()
  }

  /// Whether a daemon runs.
  public func isRunning(_ daemon: FRRDaemon) -> Bool { process(daemon)?.isRunning ?? false }

  /// A daemon as a process, the one last started.
  public func process(_ daemon: FRRDaemon) -> ChildProcess? { processes.withLock { $0[daemon] } }

  /// Runs commands by one `vtysh`, for example `show evpn mac vni all json`, one after another.
  ///
  /// - Returns: what vtysh wrote to its standard output.
  /// - Throws: `LabError` with what vtysh complained of, when it ends with another code than 0 or takes longer than
  ///   `patience`.
  @discardableResult
  public func vtysh(_ commands: String..., patience: Duration = .seconds(30)) throws(LabError) -> String {
    let output = try AnonymousFile("")
    let process = try ChildProcess(
      installation.vtysh, vtyshArguments + commands.flatMap { ["-c", $0] },
      output: .descriptor(output.descriptor), errors: .descriptor(output.descriptor))
    let ending = process.wait(for: patience)
    let text = output.text()
    guard ending == .exited(0) else {
      process.kill()
      let last = text.split(separator: "\n").last.map(String.init) ?? "no answer"
      throw LabError("\(name): vtysh \(commands): \(last)")
    }
    return text
  }

  /// What makes `vtysh` talk to this instance, read nothing of the host's, and leave its user's history alone.
  public var vtyshArguments: [String] {
    ["--vty_socket", folder, "--config_dir", folder, "--histfile", "/dev/null"]
  }

  /// The last line of a daemon's log; `nil` if it has none.
  public func lastWords(of daemon: FRRDaemon) -> String? {
    let text = LabFolder.text(of: "\(folder)/\(daemon).log") + LabFolder.text(of: "\(folder)/\(daemon).err")
    return text.split(separator: "\n").last.map(String.init)
  }

  private func launch(_ daemon: FRRDaemon) throws(LabError) {
    unlink("\(folder)/\(daemon).vty")
    var arguments = [
      "-f", "\(folder)/\(daemon).conf", "-i", "\(folder)/\(daemon).pid", "-z", "\(folder)/zserv.api",
      "--vty_socket", folder, "-A", "127.0.0.1", "-P", "0", "--log", "file:\(folder)/\(daemon).log",
    ]
    switch daemon {
    // As Debian's service has it: room for the notifications of a thousand links at once.
    case .zebra: arguments += ["-s", "90000000"]
    case .bfdd: arguments += ["--bfdctl", "\(folder)/bfdd.sock"]
    case .bgpd: break
    }
    let process = try ChildProcess(
      "\(installation.folder)/\(daemon)", arguments, namespace: namespace,
      output: .file("\(folder)/\(daemon).err"), errors: .file("\(folder)/\(daemon).err"))
    processes.withLock { $0[daemon] = process }
  }

  /// Waits until a daemon's vty socket is there.
  private func waitUntilListening(_ daemon: FRRDaemon) throws(LabError) {
    let begin = BootTimeClock.now
    while access("\(folder)/\(daemon).vty", F_OK) != 0 {
      guard isRunning(daemon), BootTimeClock.now - begin < .seconds(20) else {
        throw LabError("\(name): \(daemon) did not start: \(lastWords(of: daemon) ?? "it said nothing")")
      }
      usleep(5000)
    }
  }

  private func write(_ text: String, to name: String) throws(LabError) {
    let path = "\(folder)/\(name)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else {
      throw LabError(SystemCallError("make \(path)").description, exitCode: 73)
    }
    defer { close(descriptor) }
    _ = Glibc.write(descriptor, text, text.utf8.count)
    fchown(descriptor, installation.user, installation.group)
  }
}
