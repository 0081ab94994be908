import Glibc
import LinuxNetworking
import WMGFramework

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

  // One that is in the middle of a call to the kernel may wait there for its lock before it ends.
  private static let patience = Duration.seconds(5)

  /// Ends every process in these namespaces, and what they start meanwhile, and waits for their ends. A lab's namespaces
  /// hold nothing but what the lab started.
  static func kill(in namespaces: [String]) {
    let identities = Set(namespaces.compactMap { Identity("/run/netns/\($0)") })
    guard !identities.isEmpty else { return }
    let deadline = BootTimeClock.now + patience
    while true {
      let processes = entries(of: "/proc").compactMap { pid_t($0) }.filter { process in
        guard process != getpid(), let identity = Identity("/proc/\(process)/ns/net") else { return false }
        return identities.contains(identity)
      }
      for process in processes { _ = Glibc.kill(process, SIGKILL) }
      guard !processes.isEmpty, BootTimeClock.now < deadline else { return }
      usleep(5000)
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
