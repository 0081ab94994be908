import CLinux
package import GatewayLab
import Glibc
import LinuxNetworking

/// A file system of 64 KiB with a log file that has room for one or two lines more, and nothing else has any.
///
/// It is attached to no folder, so that nothing is left of it, however a run ends. Unlike with /dev/full a write may
/// succeed in part.
package struct FullDisk: Sendable {
  /// The log file, to append to.
  package let log: CInt
  private static let size: UInt32 = 64 << 10
  private static let page = 4096
  private static let room = 200

  /// Makes one; `close` has to follow.
  ///
  /// - Throws: `LabError`.
  package init() throws(LabError) {
    let root = wmg_open_detached_tmpfs(Self.size)
    guard root >= 0 else {
      throw LabError(SystemCallError("make a small file system").description, exitCode: 71)
    }
    defer { Glibc.close(root) }
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
    let log = openat(root, "log", flags, 0o600)
    let ballast = openat(root, "ballast", flags, 0o600)
    defer { Glibc.close(ballast) }
    let bytes = [UInt8](repeating: 0x0A, count: Self.page)
    guard log >= 0, ballast >= 0, write(log, bytes, Self.page - Self.room) == Self.page - Self.room else {
      throw LabError(SystemCallError("write to a small file system").description, exitCode: 71)
    }
    while write(ballast, bytes, Self.page) > 0 {}
    self.log = log
  }

  /// Whether somebody has written more than there was room for, as far as that can be seen: the room is used up.
  package var isFull: Bool {
    var status = stat()
    return fstat(log, &status) == 0 && Int(status.st_size) == Self.page
  }

  package func close() { Glibc.close(log) }
}
