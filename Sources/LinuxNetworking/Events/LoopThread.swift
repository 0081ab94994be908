import CLinux
import Glibc
import Synchronization

/// A thread with an `EpollLoop` of its own.
///
/// Threads are POSIX threads and not tasks: a heartbeat must not share an executor with anything that may block.
public final class LoopThread: Sendable {
  private let thread: pthread_t
  private let isJoined = Mutex(false)

  /// Starts a thread called `name` (at most 15 bytes are shown) that makes a loop and runs `body` with it. `body` sets
  /// itself up, then calls `loop.run()`.
  ///
  /// - Throws: `SystemCallError`, when the loop or the thread cannot be made.
  public init(name: String, body: @escaping @Sendable (EpollLoop) -> Void) throws {
    let start = Unmanaged.passRetained(Start(name: name, loop: try EpollLoop(), body: body))
    var thread = pthread_t()
    // Signals are the main thread's business; a new thread inherits the mask.
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        wmg_name_this_thread(String(start.name.prefix(15)))
        start.body(start.loop)
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      start.release()
      throw SystemCallError("start thread \(name)", code: code)
    }
    self.thread = thread
  }

  /// A thread that nobody waits for gives back its stack when it ends.
  deinit {
    if !isJoined.withLock({ $0 }) { pthread_detach(thread) }
  }

  /// Waits for `body` to return; a second call returns at once.
  public func join() {
    let isFirst = isJoined.withLock { joined in
      defer { joined = true }
      return !joined
    }
    if isFirst { pthread_join(thread, nil) }
  }

  private final class Start {
    let name: String
    let loop: EpollLoop
    let body: @Sendable (EpollLoop) -> Void

    init(name: String, loop: EpollLoop, body: @escaping @Sendable (EpollLoop) -> Void) {
      self.name = name
      self.loop = loop
      self.body = body
    }
  }
}
