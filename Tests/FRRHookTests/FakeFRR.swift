import Glibc
import LinuxNetworking
import NamespaceFixture
import Synchronization

/// Sockets that listen as FRR's daemons do, and a script in place of vtysh that notes what it is told.
final class FakeFRR {
  private static let made = Atomic<Int>(0)
  let folder: String
  private var sockets: [String: CInt] = [:]

  init(daemons: [String] = ["zebra", "bgpd", "ospfd"], vtysh: String = "exit 0") throws {
    folder = "/tmp/wmgfrrfake\(getpid())-\(Self.made.add(1, ordering: .relaxed).newValue)"
    mkdir(folder, 0o755)
    for daemon in daemons { listen(daemon) }
    try become(vtysh)
  }

  deinit {
    for socket in sockets.values { close(socket) }
    _ = try? shell("rm -rf \(folder)")
  }

  var path: String { "\(folder)/vtysh" }

  /// What the script does after it has noted its arguments and input.
  func become(_ script: String) throws {
    let text =
      "#!/bin/sh\necho \"$@\" >> \(folder)/calls\ncase \"$*\" in *-f*) tee -a \(folder)/input >/dev/null;; esac\n\(script)\n"
    guard let file = fopen("\(path).new", "w") else { throw SystemCallError("write \(path)") }
    fputs(text, file)
    fclose(file)
    chmod("\(path).new", 0o755)
    rename("\(path).new", path)
  }

  /// A daemon starts: its socket is made anew.
  func listen(_ daemon: String) {
    end(daemon)
    unlink("\(folder)/\(daemon).vty")
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array("\(folder)/\(daemon).vty".utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    _ = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    Glibc.listen(socket, 100)
    sockets[daemon] = socket
  }

  /// A daemon is killed: its socket stays, and nobody listens.
  func end(_ daemon: String) {
    if let socket = sockets.removeValue(forKey: daemon) { close(socket) }
  }

  /// The arguments of each call so far.
  var calls: [String] { lines("calls") }
  /// All configuration so far.
  var input: [String] { lines("input") }

  private func lines(_ name: String) -> [String] {
    SystemFile.read("\(folder)/\(name)")?.split(separator: "\n").map(String.init) ?? []
  }

  /// Forgets what was noted.
  func forget() {
    unlink("\(folder)/calls")
    unlink("\(folder)/input")
  }
}
