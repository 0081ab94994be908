/// A privilege of a thread (capabilities(7)).
public struct Capability: Hashable, Sendable {
  /// Its number in the kernel, 0…63.
  public let number: Int

  /// The one with this number; `nil` beyond 63.
  public init?(number: Int) {
    guard (0..<64).contains(number) else { return nil }
    self.number = number
  }

  private init(known number: Int) { self.number = number }

  /// To change interfaces.
  public static let networkAdministration = Capability(known: 12)
  /// To send raw packets.
  public static let rawNetwork = Capability(known: 13)

  /// The name as setcap and systemd write it, `CAP_NET_ADMIN`; for one that is newer than this list, its number.
  public var name: String {
    Self.names.indices.contains(number) ? "CAP_" + Self.names[number] : "\(number)"
  }

  /// The one of this name, in capitals or not, with `CAP_` or without; `nil` if none is known.
  public init?(name: String) {
    var name = name.uppercased()
    if name.hasPrefix("CAP_") { name.removeFirst(4) }
    guard let number = Self.names.firstIndex(of: name) else { return nil }
    self.number = number
  }

  /// Whether the calling thread has it in its effective set.
  public var isEffective: Bool { ProcessPrivileges.current?.effective.contains(self) ?? false }

  /// By number (linux/capability.h).
  private static let names = [
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
  ]
}
