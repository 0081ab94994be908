import Glibc

/// Small files of /proc and /sys.
public enum SystemFile {
  /// The first 16 KiB of a file as text; `nil` if it cannot be read.
  public static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 16384)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { return nil }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// The number that a sysctl is set to (`net.ipv4.conf.all.arp_ignore`), as this thread's namespace has it; `nil` if
  /// there is none. The name is given as a path below /proc/sys, for interface names may have dots in them.
  public static func sysctl(_ path: String) -> Int? {
    read("/proc/sys/\(path)").flatMap { Int($0.prefix { $0 != "\n" }) }
  }
}
