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
  /// What no call may take longer than, however many its commands; `nil` is no such limit.
  var longest: Duration?
  /// Told of each call with its duration.
  var onCall: (Duration) -> Void = { _ in }

  // Configuring an interface in a daemon that knows thousands takes milliseconds.
  private static let patiencePerCommand = Duration.milliseconds(5)
  // A call's arguments are limited by the kernel to 128 KiB each and a few MiB in all.
  private static let commandsPerCall = 1000

  /// The arguments that come first, to restrict it to one daemon if only that one is concerned.
  func arguments(only daemon: String?) -> [String] {
    ["--vty_socket", sockets.folder] + (daemon.map { ["-d", $0] } ?? [])
  }

  /// Gives commands in configuration mode, all of them in one call; what FRR does not take is passed over.
  func configure(_ commands: [String], only daemon: String?) -> Result<[Rejection], VtyshFailure> {
    guard !commands.isEmpty else { return .success([]) }
    // Reading them from a file, vtysh goes on after a bad line and says which it was; from a pipe it does not say.
    let program = ExternalProgram(
      path, arguments(only: daemon) + ["-f", "/dev/stdin"], input: commands.joined(separator: "\n") + "\n")
    return run(program, commands: commands.count).flatMap { run, patience in
      let rejections = VtyshAnswer.rejections(in: run, count: commands.count)
      guard run.ending == .exited(0) || !rejections.isEmpty else {
        return .failure(VtyshFailure(run, patience: patience))
      }
      return .success(rejections)
    }
  }

  /// Runs commands such as `clear`. vtysh stops at the first that is not taken, so it is called again for the rest.
  func execute(_ commands: [String], only daemon: String?) -> Result<[Rejection], VtyshFailure> {
    var rejections: [Rejection] = []
    var first = 0
    while first < commands.count {
      let chunk = Array(commands[first..<min(first + Self.commandsPerCall, commands.count)])
      switch show(chunk, only: daemon) {
      case .failure(let failure): return .failure(failure)
      case .success(let run):
        guard run.ending != .exited(0) else {
          first += chunk.count
          continue
        }
        guard let refused = VtyshAnswer.refusedCommand(in: run, of: chunk) else {
          return .failure(VtyshFailure(run, patience: timeout))
        }
        rejections.append(Rejection(position: first + refused.position, text: refused.text))
        first += refused.position + 1
      }
    }
    return .success(rejections)
  }

  /// Runs commands in one call and returns what they print, whatever the exit code.
  func show(_ commands: [String], only daemon: String?) -> Result<ProgramRun, VtyshFailure> {
    let program = ExternalProgram(path, arguments(only: daemon) + commands.flatMap { ["-c", $0] })
    return run(program, commands: commands.count).map(\.0)
  }

  private func patience(for commands: Int) -> Duration {
    let patience = timeout + Self.patiencePerCommand * commands
    return longest.map { min($0, patience) } ?? patience
  }

  private func run(
    _ program: ExternalProgram, commands: Int
  ) -> Result<(ProgramRun, patience: Duration), VtyshFailure> {
    let patience = self.patience(for: commands)
    let start = BootTimeClock.now
    defer { onCall(BootTimeClock.now - start) }
    do throws(SystemCallError) {
      let run = try program.run(within: patience)
      if case .timedOut = run.ending { return .failure(.hung(after: patience)) }
      if run.errors.contains("failed to connect to any daemons") {
        let obstacle = sockets.obstacle(["zebra"])
        return .failure(obstacle ?? VtyshFailure(run, patience: patience))
      }
      return .success((run, patience))
    } catch {
      return .failure(VtyshFailure(error, path: program.path))
    }
  }
}
