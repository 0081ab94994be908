import CLinux
package import GatewayLab
import Glibc
import LinuxNetworking
import WMGFramework

/// UDP broadcasts to port 3000 that no gateway has sent: half with random uids, half of any length but that of an
/// advertisement. Their source port is not the discovery port: whoever can forge that, too, is heard (docs/PROTOCOL.md,
/// "Security").
package struct BroadcastFlood {
  private let socket: CInt
  private let index: Int32
  private static let headers = 42
  private static let batch = Int(WMG_FRAMES_PER_CALL)

  /// - Throws: `LabError`, when there is no such interface here or no packet socket.
  package init(interface: String) throws(LabError) {
    index = Int32(if_nametoindex(interface))
    guard index > 0 else { throw LabError("there is no interface \(interface) here", exitCode: 69) }
    socket = wmg_open_packet_socket(0, 0)
    guard socket >= 0 else {
      throw LabError(SystemCallError("open a packet socket").description, exitCode: 77)
    }
  }

  /// Sends so many packets per second; what cannot be sent in time is not made up for.
  package func run(_ length: Duration, perSecond: Int) {
    let start = BootTimeClock.now
    let spacing = Duration.nanoseconds(1_000_000_000 * Int64(Self.batch) / Int64(max(1, perSecond)))
    var next = start
    var isForged = false
    while next - start < length {
      isForged.toggle()
      send(payload: isForged ? 8 : Int.random(in: 0...1400))
      next = max(next + spacing, BootTimeClock.now - .milliseconds(100))
      let rest = (next - BootTimeClock.now).nanoseconds
      if rest > 0 { usleep(UInt32(rest / 1000)) }
    }
    close(socket)
  }

  private func send(payload: Int) {
    let length = Self.headers + payload
    var frames: [UInt8] = []
    frames.reserveCapacity(length * Self.batch)
    for _ in 0..<Self.batch { frames += frame(payload: payload) }
    let indexes = [Int32](repeating: index, count: Self.batch)
    // A queue that is full loses the rest, which is as good.
    _ = wmg_send_frames(socket, frames, length, indexes, UInt32(Self.batch))
  }

  private func frame(payload: Int) -> [UInt8] {
    var frame: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 0, 200, 0x08, 0x00]
    var header: [UInt16] = [
      0x4500, UInt16(28 + payload), UInt16.random(in: 0...UInt16.max), 0, 0x4011, 0, 0x0A00, 0x01C8, 0x0A00,
      0x01FF,
    ]
    var sum = header.reduce(UInt32(0)) { $0 + UInt32($1) }
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
    header[5] = ~UInt16(sum)
    // No UDP checksum: 0.
    let words = header + [UInt16.random(in: 40_000...50_000), 3000, UInt16(8 + payload), 0]
    for word in words { frame += [UInt8(word >> 8), UInt8(word & 0xFF)] }
    var rest = payload
    while rest > 0 {
      let random = UInt64.random(in: 1...UInt64.max)
      for byte in 0..<min(8, rest) { frame.append(UInt8(truncatingIfNeeded: random >> (8 * UInt64(byte)))) }
      rest -= 8
    }
    return frame
  }
}
