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
  /// It is run with the daemon's rights, so it must be a file to be trusted.
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
    do throws(TrustedFile.Doubt) {
      _ = try TrustedFile(path)
    } catch {
      switch error {
      case .missing, .isFolder, .isNotAFile, .tooManyLinks: return obstacle("\(error)", 66)
      case .ofAnotherUser(let place, _): return obstacle("\(error); chown root \(place.path)", 78)
      case .writableByEveryone(let place): return obstacle("\(error); chmod o-w \(place.path)", 78)
      }
    }
    guard access(path, X_OK) == 0 else { return obstacle("cannot be executed; chmod +x \(path)", 78) }
    return nil
  }
}
