import Glibc
import LinuxNetworking

/// Whether a library may be run with this gateway's privileges: only if nobody but root and the gateway's own user can
/// put something else in its place.
enum LibraryTrust {
  /// Looks at a file and the folders that it is in; returns its path without symbolic links.
  ///
  /// - Throws: `ForeignFailure`.
  @discardableResult
  static func examine(_ path: String) throws(ForeignFailure) -> String {
    guard let resolved = realpath(path, nil) else {
      throw ForeignFailure(.library, SystemCallError.text(of: errno))
    }
    defer { free(resolved) }
    let file = String(cString: resolved)
    try examine(file, isFolderOf: nil)
    var folder = file
    while let slash = folder.lastIndex(of: "/"), folder != "/" {
      let child = folder
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
      try examine(folder, isFolderOf: child == file ? .library : .folder)
    }
    return file
  }

  private enum Content {
    case library, folder
  }

  private static func examine(_ path: String, isFolderOf content: Content?) throws(ForeignFailure) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw ForeignFailure(.library, "\(path): \(SystemCallError.text(of: errno))")
    }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw ForeignFailure(
        .library,
        "\(path) belongs to user \(status.st_uid), who could change what runs here; 'chown root \(path)'")
    }
    // In a sticky folder such as /tmp nobody replaces what is another's, but anyone may have put it there.
    let isProtected = content == .folder && status.st_mode & S_ISVTX != 0
    guard status.st_mode & S_IWOTH == 0 || isProtected else {
      throw ForeignFailure(
        .library,
        "everyone may write to \(path), and so change what runs here; 'chmod o-w \(path)', or move the library"
      )
    }
  }
}
