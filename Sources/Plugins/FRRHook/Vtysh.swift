import LinuxNetworking
import WMGFramework

/// Runs vtysh. Calls block; nothing of a call is left when it returns.
struct Vtysh {
  /// A command that FRR did not take.
  struct Rejection: Hashable {
    /// Which of the commands.
    var position: Int
    /// In FRR's words.
    var text: String
  }

  var path: String
  var sockets: DaemonSockets
  var timeout: Duration
  /// Whether one that hangs is given up soon.
  var isHurried = false
  /// Told of each call with its duration.
  var onCall: (Duration) -> Void = { _ in }
  /// Told in FRR's words of what it said of commands that it took.
  var onRemark: (String) -> Void = { _ in }

  // Configuring an interface in a daemon that knows thousands takes milliseconds.
  private static let patiencePerCommand = Duration.milliseconds(5)
  // 2,000 commands for ospfd take up to 5 s, which has to be enough in a hurry too.
  private static let hurriedPatiencePerCommand = Duration.milliseconds(2)
  private static let hurriedTimeout = Duration.seconds(3)
  // A call's arguments are limited by the kernel to 128 KiB each and a few MiB in all.
  private static let commandsPerCall = 1000
  // vtysh keeps what it is told, and no more than 1,000 lines of it: the operator's own would be lost among ours.
  private static let environment = ProcessEnvironment.inherited(setting: "VTYSH_HISTFILE", to: "/dev/null")
  // Each rejection takes a call more; what has so many is wrong as a whole.
  private static let mostRejections = 8

  /// The arguments that come first, to restrict it to one daemon if only that one is concerned.
  func arguments(for daemons: FRRDaemons) -> [String] {
    ["--vty_socket", sockets.folder] + (daemons.only.map { ["-d", $0] } ?? [])
  }

  /// Gives commands in configuration mode, all of them in one call; what FRR does not take is passed over.
  func configure(_ commands: [String], for daemons: FRRDaemons) -> Result<[Rejection], VtyshFailure> {
    guard !commands.isEmpty else { return .success([]) }
    // Reading them from a file, vtysh goes on after a bad line and says which it was; from a pipe it does not say.
    let program = ExternalProgram(
      path, arguments(for: daemons) + ["-f", "/dev/stdin"], input: commands.joined(separator: "\n") + "\n",
      environment: Self.environment)
    let patience = patience(for: commands.count)
    return run(program, for: daemons, within: patience).flatMap { run in
      let rejections = VtyshAnswer.rejections(in: run, count: commands.count)
      // One that is killed after its first complaint has not read the rest.
      guard case .exited(let code) = run.ending, code == 0 || !rejections.isEmpty else {
        return .failure(VtyshFailure(run, patience: patience))
      }
      if rejections.isEmpty, let remark = VtyshAnswer.remark(in: run) { onRemark(remark) }
      return .success(rejections)
    }
  }

  /// Runs commands such as `clear`. vtysh stops at the first that is not taken, so it is called again for the rest.
  func execute(_ commands: [String], for daemons: FRRDaemons) -> Result<[Rejection], VtyshFailure> {
    let patience = patience(for: commands.count)
    let deadline = BootTimeClock.now + patience
    var rejections: [Rejection] = []
    var first = 0
    while first < commands.count {
      guard rejections.count < Self.mostRejections else {
        let text = "not run after \(Self.mostRejections) rejections"
        return .success(rejections + (first..<commands.count).map { Rejection(position: $0, text: text) })
      }
      let left = deadline - BootTimeClock.now
      guard left > .zero else { return .failure(.hung(after: patience)) }
      let chunk = Array(commands[first..<min(first + Self.commandsPerCall, commands.count)])
      switch show(chunk, for: daemons, within: left) {
      case .failure(let failure): return .failure(failure)
      case .success(let run):
        guard run.ending != .exited(0) else {
          first += chunk.count
          continue
        }
        guard let refused = VtyshAnswer.refusedCommand(in: run, of: chunk) else {
          return .failure(VtyshFailure(run, patience: patience))
        }
        rejections.append(Rejection(position: first + refused.position, text: refused.text))
        first += refused.position + 1
      }
    }
    return .success(rejections)
  }

  /// Runs commands in one call and returns what they print, whatever the exit code; within the usual patience, or less.
  func show(
    _ commands: [String], for daemons: FRRDaemons, within limit: Duration? = nil
  ) -> Result<ProgramRun, VtyshFailure> {
    let program = ExternalProgram(
      path, arguments(for: daemons) + commands.flatMap { ["-c", $0] }, environment: Self.environment)
    let patience = patience(for: commands.count)
    return run(program, for: daemons, within: limit.map { min($0, patience) } ?? patience)
  }

  private func patience(for commands: Int) -> Duration {
    isHurried
      ? min(timeout, Self.hurriedTimeout) + Self.hurriedPatiencePerCommand * commands
      : timeout + Self.patiencePerCommand * commands
  }

  private func run(
    _ program: ExternalProgram, for daemons: FRRDaemons, within patience: Duration
  ) -> Result<ProgramRun, VtyshFailure> {
    let start = BootTimeClock.now
    defer { onCall(BootTimeClock.now - start) }
    do throws(SystemCallError) {
      let run = try program.run(within: patience)
      if case .timedOut = run.ending { return .failure(.hung(after: patience)) }
      if run.errors.contains("failed to connect to any daemons") {
        let obstacle = sockets.obstacle(daemons.names.isEmpty ? ["zebra"] : daemons.names)
        return .failure(obstacle ?? VtyshFailure(run, patience: patience))
      }
      return .success(run)
    } catch {
      return .failure(VtyshFailure(error, path: program.path))
    }
  }
}
