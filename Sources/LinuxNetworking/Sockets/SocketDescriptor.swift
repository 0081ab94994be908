import Glibc

/// A socket that is closed when the last reference to it goes; unwatch it before.
public final class SocketDescriptor {
  /// The file descriptor.
  public let rawValue: Int32

  /// Takes over an open descriptor, or turns the failure of the call that should have made it into an error.
  ///
  /// - Throws: `SystemCallError`, if `rawValue` is negative.
  public init(_ rawValue: Int32, _ attempt: String) throws(SystemCallError) {
    guard rawValue >= 0 else { throw SystemCallError(attempt) }
    self.rawValue = rawValue
  }

  deinit {
    close(rawValue)
  }
}
