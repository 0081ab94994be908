import CLinux
import Glibc

/// Wakes an `EpollLoop` from any thread, without ever blocking (eventfd).
public final class Waker: Sendable {
  let descriptor: CInt

  init() throws {
    descriptor = eventfd(0, CInt(EFD_NONBLOCK | EFD_CLOEXEC))
    guard descriptor >= 0 else { throw SystemCallError("eventfd") }
  }

  deinit {
    close(descriptor)
  }

  /// Makes the loop's `onWake` handler run soon. A full counter means it has not run yet, which is as good.
  public func wake() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }
}
