import CLinux
import Glibc
public import LinuxNetworking

/// Why a control socket cannot be had or asked.
public enum ControlSocketError: Error, CustomStringConvertible {
  /// Another daemon answers there.
  case inUse(path: String)
  /// Nobody listens there any more, and this process may not remove it.
  case leftBehind(path: String, user: UInt32)
  /// The path does not fit into a socket address (107 bytes).
  case pathTooLong(path: String)
  /// A system call failed.
  case failed(SystemCallError)

  /// One line.
  public var description: String {
    switch self {
    case .inUse(let path): "\(path) is another daemon's"
    case .leftBehind(let path, let user):
      "\(path) was left behind by a daemon of user \(user) that is gone, and cannot be removed: remove it"
    case .pathTooLong(let path): "\(path) is longer than the 107 bytes of a socket's path"
    case .failed(let error): "\(error)"
    }
  }
}

/// The listening UNIX socket, mode 0660.
final class ControlListener {
  let descriptor: CInt
  private let path: String
  private let inode: ino_t

  /// - Throws: `ControlSocketError`.
  init(path: String) throws {
    self.path = path
    ControlFolder.make(for: path)
    try Self.removeIfStale(path)
    let descriptor = socket(
      AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ControlSocketError.failed(SystemCallError("socket")) }
    let bound = (try? withSocketAddress(path) { bind(descriptor, $0, $1) }) ?? -1
    var status = stat()
    guard bound == 0, chmod(path, 0o660) == 0, listen(descriptor, 16) == 0, stat(path, &status) == 0 else {
      let error = SystemCallError(path)
      close(descriptor)
      throw path.utf8.count < 108 ? ControlSocketError.failed(error) : .pathTooLong(path: path)
    }
    self.descriptor = descriptor
    inode = status.st_ino
  }

  /// Removes the socket of a daemon that is gone.
  ///
  /// - Throws: `ControlSocketError`, when there is or may be one that is not.
  static func removeIfStale(_ path: String) throws {
    do {
      _ = try ControlConnection(to: path)
      throw ControlSocketError.inUse(path: path)
    } catch ControlSocketError.failed(let error) where error.code == ECONNREFUSED {
      // Only this says that nobody listens; a daemon that is busy, or another user's, keeps its socket.
      if let user = unlinkStaleSocket(path) { throw ControlSocketError.leftBehind(path: path, user: user) }
    } catch ControlSocketError.failed(let error) where error.code == ENOENT {}
  }

  deinit {
    close(descriptor)
  }

  func accept() -> ControlConnection? {
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0 else { return nil }
    _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
    return ControlConnection(adopting: accepted)
  }

  /// Removes the socket's path, unless it is somebody else's by now.
  func remove() {
    var status = stat()
    if stat(path, &status) == 0, status.st_ino == inode { unlink(path) }
  }
}

/// Only a socket is removed: a mistyped path must not cost anybody a file.
///
/// - Returns: Whose it is, if it may not be removed.
private func unlinkStaleSocket(_ path: String) -> UInt32? {
  var status = stat()
  guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK, unlink(path) != 0 else { return nil }
  return status.st_uid
}

/// Calls `body` with the address of a UNIX socket.
func withSocketAddress<Result>(
  _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) throws(ControlSocketError) -> Result {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  let capacity = MemoryLayout.size(ofValue: address.sun_path)
  guard bytes.count < capacity else { throw .pathTooLong(path: path) }
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
