public import Glibc

/// A system call that failed: what was tried, and errno.
public struct SystemCallError: Error, Hashable, CustomStringConvertible {
  /// What was tried, in words: `bind 10.0.1.255:3000`.
  public let attempt: String
  /// errno.
  public let code: CInt

  /// A failure with the errno of the call just made, unless another is given.
  public init(_ attempt: String, code: CInt = errno) {
    self.attempt = attempt
    self.code = code
  }

  /// `bind 10.0.1.255:3000: Address already in use`
  public var description: String { "\(attempt): \(Self.text(of: code))" }

  /// errno in words, thread-safe.
  public static func text(of code: CInt) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else {
        return "errno \(code)"
      }
      return String(cString: base)
    }
  }
}
