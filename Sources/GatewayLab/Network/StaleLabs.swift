import Glibc

/// Labs whose process is gone without having cleaned up, as after a SIGKILL.
public enum StaleLabs {
  /// Removes their namespaces and ends what still runs inside.
  ///
  /// - Parameter prefix: the first part of the namespaces' names.
  /// - Throws: `LabError`, when `ip` is missing.
  public static func remove(prefix: String) throws(LabError) {
    let stale = NamespaceProcesses.entries(of: "/run/netns").filter { name in
      guard name.hasPrefix(prefix + "-"),
        let pid = pid_t(name.dropFirst(prefix.count + 1).prefix { $0 != "-" })
      else { return false }
      return kill(pid, 0) != 0 && errno == ESRCH
    }
    NamespaceProcesses.kill(in: stale)
    try IPCommand.run(stale.map { "netns del \($0)" }, force: true)
  }
}
