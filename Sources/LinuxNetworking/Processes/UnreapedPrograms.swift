import Glibc
import Synchronization
import WMGFramework

/// Programs that were killed and have not died yet: they are zombies one day, and somebody has to reap them.
enum UnreapedPrograms {
  private static let programs = Mutex<Set<pid_t>>([])

  /// Reaps a program that has ended or is about to, and others that were left behind before it.
  ///
  /// - Returns: its status; `nil` if it has not ended within `patience` (it is then reaped with a later one), or if
  ///   somebody else has its status.
  static func reap(_ program: pid_t, within patience: Duration) -> CInt? {
    programs.withLock { programs in
      programs = programs.filter { wait(for: $0) == .running }
    }
    let deadline = BootTimeClock.now + patience
    while true {
      switch wait(for: program) {
      case .ended(let status): return status
      case .gone: return nil
      case .running: break
      }
      guard BootTimeClock.now < deadline else {
        programs.withLock { programs in _ = programs.insert(program) }
        return nil
      }
      usleep(1000)
    }
  }

  private enum State: Equatable {
    case running
    case ended(CInt)
    /// Not a child of ours any more.
    case gone
  }

  private static func wait(for program: pid_t) -> State {
    var status: CInt = 0
    while true {
      switch waitpid(program, &status, WNOHANG) {
      case program: return .ended(status)
      case 0: return .running
      default: if errno != EINTR { return .gone }
      }
    }
  }
}
