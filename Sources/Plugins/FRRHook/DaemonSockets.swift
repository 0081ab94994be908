import CLinux
import Glibc
import LinuxNetworking

/// The sockets by which FRR's daemons take vtysh's commands, one file per daemon in a folder.
///
/// vtysh passes over in silence what is for a daemon that does not run; so it is looked whether they do.
struct DaemonSockets {
  /// What is found at a daemon's socket.
  enum Presence: Hashable {
    /// One that takes commands; which start of it, where that can be told.
    case listening(Identity?)
    case down
    case forbidden

    /// Whether it would take commands from us.
    var isListening: Bool { if case .listening = self { true } else { false } }
  }

  /// What changes when a daemon starts: its process, and the socket, which it makes anew. A change of the socket's owner
  /// or mode is none.
  struct Identity: Hashable {
    private var process: pid_t
    private var device: UInt64
    private var inode: UInt64

    /// Of who listens at the other end of a connection.
    fileprivate init?(_ connection: CInt, _ path: String) {
      // The C structure ucred, which Glibc's module does not have.
      var credentials: (process: pid_t, user: uid_t, group: gid_t) = (0, 0, 0)
      var length = socklen_t(MemoryLayout.size(ofValue: credentials))
      var status = stat()
      guard getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0,
        stat(path, &status) == 0
      else { return nil }
      process = credentials.process
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
    }
  }

  /// A socket's path has at most 107 bytes; this leaves room for names such as `/fabricd.vty`.
  static let longestFolder = 90

  /// Where they are, as vtysh's `--vty_socket`.
  var folder: String

  /// The socket's path.
  func path(of daemon: String) -> String { "\(folder)/\(daemon).vty" }

  /// Whether a daemon would take commands from us.
  func presence(of daemon: String) -> Presence {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path(of: daemon).utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return .down }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let socket = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard socket >= 0 else { return .listening(nil) }
    defer { close(socket) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result != 0 else { return .listening(Identity(socket, path(of: daemon))) }
    switch errno {
    case EACCES, EPERM: return .forbidden
    // The queue of one that hangs is full; that is for vtysh's timeout to tell.
    case EAGAIN, EINPROGRESS: return .listening(nil)
    default: return .down
    }
  }

  /// Why these daemons cannot be told anything; `nil` if all can.
  func obstacle(_ daemons: [String]) -> VtyshFailure? {
    let presences = daemons.map { (name: $0, presence: presence(of: $0)) }
    if let forbidden = presences.first(where: { $0.presence == .forbidden }) {
      return .forbidden(path: path(of: forbidden.name))
    }
    let down = presences.filter { $0.presence == .down }.map(\.name)
    return down.isEmpty ? nil : .daemonsDown(down, folder: folder)
  }
}
