import Glibc
import LinuxNetworking

/// The file of a command, before it is run.
enum CommandFile {
  /// Why a command must not or cannot be run: one line with the fix, and an exit code of sysexits.
  struct Obstacle: Error, Hashable {
    var reason: String
    var exitCode: Int32
  }

  /// Why this command must not or cannot be run; `nil` if it can.
  ///
  /// What everyone can change would run with the daemon's rights, so neither the file nor a folder on the way to it may
  /// be writable by everyone. A folder with the sticky bit is none of these: in it, only an entry's owner can replace it.
  static func obstacle(_ path: String) -> Obstacle? {
    guard path.hasPrefix("/") else {
      return Obstacle(
        reason: path.isEmpty
          ? "no command is given; name one: --set exec.command=/etc/wmgwd2/notify"
          : "--set exec.command=\(path): must be a whole path, such as /etc/wmgwd2/notify; PATH is not searched",
        exitCode: 64)
    }
    func obstacle(_ text: String, _ exitCode: Int32) -> Obstacle {
      Obstacle(reason: "--set exec.command=\(path): \(text)", exitCode: exitCode)
    }
    var facts = stat()
    guard stat(path, &facts) == 0 else { return obstacle(SystemCallError.text(of: errno), 66) }
    guard facts.st_mode & S_IFMT == S_IFREG else { return obstacle("is not a file", 66) }
    guard access(path, X_OK) == 0 else { return obstacle("cannot be executed; chmod +x \(path)", 78) }
    guard facts.st_mode & S_IWOTH == 0 else {
      return obstacle("everyone can write to it; chmod o-w \(path)", 78)
    }
    for folder in folders(of: path) + folders(of: resolved(path)) {
      guard stat(folder, &facts) == 0, facts.st_mode & S_IWOTH != 0, facts.st_mode & S_ISVTX == 0 else {
        continue
      }
      return obstacle("everyone can write to its folder; chmod o-w \(folder)", 78)
    }
    return nil
  }

  /// The folders on the way to a file, `/etc` and `/etc/wmgwd2` of `/etc/wmgwd2/notify`.
  private static func folders(of path: String) -> [String] {
    path.indices.dropFirst().filter { path[$0] == "/" }.map { String(path[..<$0]) }
  }

  /// The path without symbolic links.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
