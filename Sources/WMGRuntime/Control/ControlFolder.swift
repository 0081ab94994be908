import Glibc

/// /run/wmgwd2, the folder of the default control socket: the only one that is made at need, since /run is empty after a
/// boot. What follows a mistyped path must not be a folder that stays.
public enum ControlFolder {
  static let path = "/run/wmgwd2"

  /// Makes it, if it is the folder of this socket and not there.
  static func make(for socket: String) {
    if socket.hasPrefix("\(path)/") { mkdir(path, 0o755) }
  }

  /// Prepares the place of a control socket for the user that a daemon is about to run as; to be called as root, for what
  /// is left of a daemon of another user may be out of reach then. A daemon that answers there keeps all of it.
  public static func prepare(_ socket: String, for user: UInt32, _ group: UInt32) {
    make(for: socket)
    guard (try? ControlListener.removeIfStale(socket)) != nil, socket.hasPrefix("\(path)/") else { return }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_uid != user { fchown(descriptor, user, group) }
  }
}
