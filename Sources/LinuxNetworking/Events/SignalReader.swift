import CLinux
import Glibc

/// Signals as something to read (signalfd) instead of something that interrupts.
public final class SignalReader {
  /// Readable when a signal is waiting.
  public let descriptor: CInt

  /// Blocks `signals` for this thread and all that it starts from now on, and opens the descriptor. Call it before the
  /// first thread is started.
  ///
  /// - Throws: `SystemCallError`, when the process is out of descriptors.
  public init(_ signals: [CInt]) throws {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    descriptor = signalfd(-1, &set, CInt(SFD_NONBLOCK) | CInt(SFD_CLOEXEC))
    guard descriptor >= 0 else { throw SystemCallError("signalfd") }
  }

  /// Has signals wait, from now on and in threads that are started later, until a reader takes them.
  public static func hold(_ signals: [CInt]) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  deinit {
    close(descriptor)
  }

  /// The next waiting signal's number, or `nil`.
  public func next() -> CInt? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    guard read(descriptor, &info, size) == size else { return nil }
    return CInt(info.ssi_signo)
  }
}
