import CLinux
import Glibc
import LinuxNetworking
import Synchronization
import WMGFramework

/// A process of ours: started with posix_spawn, signalled and waited for by its pid.
///
/// It has a process group of its own, so that ^C on a terminal reaches the lab alone, which then ends it.
public final class ChildProcess: Sendable {
  /// How a process ended.
  public enum Ending: Hashable, Sendable {
    /// It exited with this code.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)
  }

  /// Where a standard stream of the process leads.
  public enum Stream: Hashable, Sendable {
    /// /dev/null.
    case nowhere
    /// This file, made if it is not there, appended to if it is.
    case file(String)
    /// A descriptor of ours, for example a pipe's end.
    case descriptor(CInt)
  }

  /// The process ID; `ip netns exec` executes in place, so it is the program's own, namespace or not.
  public let pid: Int32
  private let ending = Mutex<Ending?>(nil)

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - executable: the program's path.
  ///   - arguments: its arguments, without the name.
  ///   - namespace: the network namespace (a name of `ip netns`) to start it in; `nil` is ours.
  ///   - input: standard input.
  ///   - output: standard output.
  ///   - errors: standard error.
  /// - Throws: `LabError`, when there is no such program or no process can be made.
  public init(
    _ executable: String, _ arguments: [String], namespace: String? = nil, input: Stream = .nowhere,
    output: Stream = .nowhere, errors: Stream = .nowhere
  ) throws(LabError) {
    var words = [executable] + arguments
    if let namespace { words = [try IPCommand.path(), "netns", "exec", namespace] + words }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, stream) in [input, output, errors].enumerated() {
      let flags = target == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_APPEND
      switch stream {
      case .nowhere: posix_spawn_file_actions_addopen(&actions, CInt(target), "/dev/null", flags, 0)
      case .file(let path): posix_spawn_file_actions_addopen(&actions, CInt(target), path, flags, 0o644)
      case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(target))
      }
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // We may have signals blocked; the program must not inherit that.
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

    var pid = pid_t()
    var vector = words.map { strdup($0) }
    vector.append(nil)
    defer { for word in vector { free(word) } }
    let code = posix_spawn(&pid, words[0], &actions, &attributes, vector, environ)
    guard code == 0 else {
      throw LabError("start \(words[0]): \(SystemCallError.text(of: code))", exitCode: 71)
    }
    self.pid = pid
  }

  /// Whether it has not ended yet.
  public var isRunning: Bool { wait(for: .zero) == nil }

  /// Sends a signal; nothing happens when the process has ended.
  public func send(_ signal: Int32) {
    // Under the lock, so that the pid cannot have been reaped and given to another process.
    ending.withLock { ending in
      if ending == nil { _ = Glibc.kill(pid, signal) }
    }
  }

  /// Asks it to end (SIGTERM).
  public func terminate() { send(SIGTERM) }

  /// Ends it at once (SIGKILL).
  public func kill() { send(SIGKILL) }

  /// Stops its time (SIGSTOP).
  public func pause() { send(SIGSTOP) }

  /// Lets its time go on (SIGCONT).
  public func resume() { send(SIGCONT) }

  /// Waits for its end, for as long as `patience`; `nil` when it still runs then.
  public func wait(for patience: Duration) -> Ending? {
    if let known = ending.withLock({ $0 }) { return known }
    guard wmg_wait_for_exit(pid, CInt(clamping: patience.nanoseconds / 1_000_000)) == 1 else { return nil }
    return ending.withLock { ending in
      if let ending { return ending }
      var status: CInt = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      let new: Ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
      ending = new
      return new
    }
  }

  /// Ends it, gently at first: SIGTERM, and SIGKILL after `patience`.
  @discardableResult
  public func end(patience: Duration) -> Ending? {
    resume()
    terminate()
    if let ending = wait(for: patience) { return ending }
    kill()
    return wait(for: .seconds(5))
  }
}
