import GatewayLab
import Glibc

/// What waits in a netlink socket of a process, and what it has lost: /proc/net/netlink of the process's namespace.
package struct NetlinkQueue: Hashable, Sendable {
  package var inode: UInt64
  /// Bytes that wait, as the kernel counts them.
  package var waiting: Int
  /// Messages that found no room.
  package var lost: Int

  package init(inode: UInt64, waiting: Int, lost: Int) {
    self.inode = inode
    self.waiting = waiting
    self.lost = lost
  }

  /// The sockets of a process.
  package static func all(of process: Int32) -> [NetlinkQueue] {
    let folder = "/proc/\(process)/fd"
    let inodes = LabFolder.names(in: folder).compactMap { inode(of: "\(folder)/\($0)") }
    return parse(LabFolder.text(of: "/proc/\(process)/net/netlink"), inodes: Set(inodes))
  }

  /// - Parameter text: a heading, then a line for each socket: address, protocol, port, groups, bytes received and not
  ///   read, bytes sent and not read, dump, references, drops, inode.
  package static func parse(_ text: String, inodes: Set<UInt64>) -> [NetlinkQueue] {
    text.split(separator: "\n").dropFirst().compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 10, let inode = UInt64(words[9]), inodes.contains(inode),
        let waiting = Int(words[4]), let lost = Int(words[8])
      else { return nil }
      return NetlinkQueue(inode: inode, waiting: waiting, lost: lost)
    }
  }

  /// The number in `socket:[4711]`.
  private static func inode(of path: String) -> UInt64? {
    var text = [CChar](repeating: 0, count: 64)
    let length = readlink(path, &text, text.count)
    guard length > 0 else { return nil }
    let target = String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
    return UInt64(target.dropFirst(8).dropLast())
  }
}

extension [NetlinkQueue] {
  /// How many messages were lost since `before`, once every socket in which more than a megabyte waits has lost some;
  /// `nil` until then. Sockets that hold less hear little or are read.
  package func overrun(since before: [NetlinkQueue]) -> Int? {
    let lostBefore = Dictionary(before.map { ($0.inode, $0.lost) }, uniquingKeysWith: { $1 })
    let losses = filter { $0.waiting > 1 << 20 }.map { $0.lost - (lostBefore[$0.inode] ?? 0) }
    guard !losses.isEmpty, losses.allSatisfy({ $0 > 0 }) else { return nil }
    return losses.max()
  }
}
