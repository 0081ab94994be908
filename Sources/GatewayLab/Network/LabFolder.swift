import Glibc
import LinuxNetworking

/// A lab's folder of its own for sockets, logs and configuration: made under a name that nobody can know before, and
/// removed with all that is in it.
package enum LabFolder {
  /// Where they are: `TMPDIR`, or /tmp.
  static var parent: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  /// Makes one that only root can look into.
  static func make(prefix: String) throws(LabError) -> String {
    var path = Array("\(parent)/\(prefix)-\(getpid())-XXXXXX".utf8CString)
    guard mkdtemp(&path) != nil else {
      throw LabError(SystemCallError("make a folder in \(parent)").description, exitCode: 73)
    }
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a folder of ours; anybody else's, and whatever a symbolic link leads to, stays.
  static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
      return
    }
    empty(path)
  }

  /// What a file holds; nothing, when there is none.
  package static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The names in a folder.
  package static func names(in path: String) -> [String] { NamespaceProcesses.entries(of: path) }

  private static func empty(_ path: String) {
    for name in NamespaceProcesses.entries(of: path) {
      let entry = "\(path)/\(name)"
      var status = stat()
      guard lstat(entry, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR { empty(entry) } else { unlink(entry) }
    }
    rmdir(path)
  }
}
