import Glibc

/// Why a lab cannot be built or an operation on it failed.
public struct LabError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line: what is wrong and, where there is one, the fix.
  public let description: String
  /// What a command should exit with: one of sysexits.
  public let exitCode: Int32

  /// An error with its text and exit code (70, EX_SOFTWARE, unless told).
  public init(_ description: String, exitCode: Int32 = 70) {
    self.description = description
    self.exitCode = exitCode
  }

  /// The caller is not root (77, EX_NOPERM).
  public static let notRoot = LabError(
    "the lab makes network namespaces, which takes root; run it with sudo", exitCode: 77)

  /// iproute2 is not installed (69, EX_UNAVAILABLE).
  public static let ipMissing = LabError(
    "the lab builds its network with 'ip', which is not installed; run: apt install iproute2", exitCode: 69)
}
