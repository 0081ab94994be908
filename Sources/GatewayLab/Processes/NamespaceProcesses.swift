import Glibc

/// The processes inside network namespaces, found as `ip netns pids` finds them: by the identity of /proc/PID/ns/net.
enum NamespaceProcesses {
  private struct Identity: Hashable {
    var device: UInt
    var inode: UInt

    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
    }
  }

  /// Ends every process in these namespaces at once. A lab's namespaces hold nothing but what the lab started.
  static func kill(in namespaces: [String]) {
    let identities = Set(namespaces.compactMap { Identity("/run/netns/\($0)") })
    guard !identities.isEmpty else { return }
    for process in entries(of: "/proc").compactMap({ pid_t($0) }) where process != getpid() {
      if let identity = Identity("/proc/\(process)/ns/net"), identities.contains(identity) {
        _ = Glibc.kill(process, SIGKILL)
      }
    }
  }

  /// The names in a folder.
  static func entries(of folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
