import CLinux
import LinuxNetworking
package import WMGFrameworkTesting

/// As many UDP broadcasts to port 3000 as one call sends, all of one length. They are made once and sent often: to make
/// a packet takes longer than to send it.
package struct FrameBatch: Sendable {
  /// One frame after the other.
  package private(set) var bytes: [UInt8] = []
  /// The length of each.
  package let length: Int
  package static let count = Int(WMG_FRAMES_PER_CALL)
  /// Of Ethernet, IPv4 and UDP.
  package static let headers = 42

  package init(payload: Int, using generator: inout SeededGenerator) {
    length = Self.headers + payload
    bytes.reserveCapacity(length * Self.count)
    for _ in 0..<Self.count { bytes += Self.frame(payload: payload, using: &generator) }
  }

  /// Gives each frame another uid, where its payload is one.
  package mutating func renew(using generator: inout SeededGenerator) {
    guard length == Self.headers + 8 else { return }
    bytes.withUnsafeMutableBytes { bytes in
      for start in stride(from: Self.headers, to: bytes.count, by: length) {
        bytes.storeBytes(of: generator.next() | 1, toByteOffset: start, as: UInt64.self)
      }
    }
  }

  private static func frame(payload: Int, using generator: inout SeededGenerator) -> [UInt8] {
    var frame: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 0, 200, 0x08, 0x00]
    var header: [UInt16] = [
      0x4500, UInt16(28 + payload), UInt16.random(in: 0...UInt16.max, using: &generator), 0, 0x4011, 0,
      0x0A00,
      0x01C8, 0x0A00, 0x01FF,
    ]
    var sum = header.reduce(UInt32(0)) { $0 + UInt32($1) }
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
    header[5] = ~UInt16(sum)
    // No UDP checksum: 0.
    let source = UInt16.random(in: 40_000...50_000, using: &generator)
    for word in header + [source, 3000, UInt16(8 + payload), 0] {
      frame += [UInt8(word >> 8), UInt8(word & 0xFF)]
    }
    for _ in 0..<payload { frame.append(UInt8.random(in: 1...UInt8.max, using: &generator)) }
    return frame
  }
}
