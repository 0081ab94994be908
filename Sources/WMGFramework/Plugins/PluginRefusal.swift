/// A shared library of plugins that was not taken, and why.
public struct PluginRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The library as it was named.
  public let path: String
  /// One line: what is wrong, and the fix.
  public let reason: String
  /// One of sysexits: 66 where there is no such file, else 78.
  public let exitCode: Int32

  /// A refusal.
  public init(path: String, reason: String, exitCode: Int32 = 78) {
    self.path = path
    self.reason = reason
    self.exitCode = exitCode
  }

  /// `--plugin ./libmine.so: …`
  public var description: String { "--plugin \(path): \(reason)" }
}
