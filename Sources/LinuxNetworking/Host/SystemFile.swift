import Glibc

/// Small files of /proc and /sys.
public enum SystemFile {
  /// A file as text, as far as it fits into 4 MiB; `nil` if it cannot be read.
  public static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { return nil }
      bytes += buffer[..<count]
      if count == 0 || bytes.count >= 4 << 20 { return String(decoding: bytes, as: UTF8.self) }
    }
  }

  /// The number that a sysctl is set to (`net.ipv4.conf.all.arp_ignore`), as this thread's namespace has it; `nil` if
  /// there is none. The name is given as a path below /proc/sys, for interface names may have dots in them.
  public static func sysctl(_ path: String) -> Int? {
    read("/proc/sys/\(path)").flatMap { Int($0.prefix { $0 != "\n" }) }
  }
}
