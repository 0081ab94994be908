import Glibc

/// Labs whose process is gone without having cleaned up, as after a SIGKILL.
public enum StaleLabs {
  /// Removes their namespaces and folders, and ends what still runs inside.
  ///
  /// - Parameter prefix: the first part of the namespaces' and folders' names.
  /// - Throws: `LabError`, when `ip` is missing.
  public static func remove(prefix: String) throws(LabError) {
    let stale = names(in: "/run/netns", prefix)
    NamespaceProcesses.kill(in: stale)
    try IPCommand.run(stale.map { "netns del \($0)" }, force: true)
    for name in names(in: LabFolder.parent, prefix) { LabFolder.remove("\(LabFolder.parent)/\(name)") }
  }

  /// The names that begin with the prefix and the pid of a process that is no more.
  private static func names(in folder: String, _ prefix: String) -> [String] {
    NamespaceProcesses.entries(of: folder).filter { name in
      guard name.hasPrefix(prefix + "-"),
        let pid = pid_t(name.dropFirst(prefix.count + 1).prefix { $0 != "-" })
      else { return false }
      return kill(pid, 0) != 0 && errno == ESRCH
    }
  }
}
