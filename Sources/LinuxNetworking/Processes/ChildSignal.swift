import Glibc

/// SIGCHLD: what the kernel does when a program of ours has ended.
public enum ChildSignal {
  /// Sees to it that programs wait to be reaped. Who started us may have SIGCHLD ignored, and we inherit that: programs
  /// would be gone with their exit codes. To be called before any is started.
  public static func restore() { signal(SIGCHLD, SIG_DFL) }
}
