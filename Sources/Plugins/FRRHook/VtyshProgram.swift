import Glibc
import LinuxNetworking

/// The program vtysh, before it is started.
enum VtyshProgram {
  /// Why it cannot be started; `nil` if it can.
  static func obstacle(_ path: String) -> VtyshFailure? {
    access(path, X_OK) == 0 ? nil : VtyshFailure(SystemCallError("start \(path)"), path: path)
  }
}
