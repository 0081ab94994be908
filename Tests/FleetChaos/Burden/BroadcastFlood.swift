import CLinux
package import GatewayLab
import Glibc
import LinuxNetworking
import WMGFramework
import WMGFrameworkTesting

/// UDP broadcasts to port 3000 that no gateway has sent: half with random uids, half of any length but that of an
/// advertisement. Their source port is not the discovery port: whoever can forge that, too, is heard (docs/PROTOCOL.md,
/// "Security").
package struct BroadcastFlood {
  private let socket: CInt
  private let index: Int32

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
    var generator = SeededGenerator(seed: .random(in: 0...UInt64.max))
    var forged = FrameBatch(payload: 8, using: &generator)
    let malformed = (0..<16).map { _ in
      FrameBatch(payload: Self.wrongLength(using: &generator), using: &generator)
    }
    let start = BootTimeClock.now
    let spacing = Duration.nanoseconds(1_000_000_000 * Int64(FrameBatch.count) / Int64(max(1, perSecond)))
    var next = start
    var number = 0
    while next - start < length {
      if number % 2 == 0 {
        forged.renew(using: &generator)
        send(forged)
      } else {
        send(malformed[number / 2 % malformed.count])
      }
      number += 1
      next = max(next + spacing, BootTimeClock.now - .milliseconds(100))
      let rest = (next - BootTimeClock.now).nanoseconds
      if rest > 0 { usleep(UInt32(rest / 1000)) }
    }
    close(socket)
  }

  private static func wrongLength(using generator: inout SeededGenerator) -> Int {
    let length = Int.random(in: 0...1399, using: &generator)
    return length < 8 ? length : length + 1
  }

  private func send(_ batch: FrameBatch) {
    let indexes = [Int32](repeating: index, count: FrameBatch.count)
    // A queue that is full loses the rest, which is as good.
    _ = wmg_send_frames(socket, batch.bytes, batch.length, indexes, UInt32(FrameBatch.count))
  }
}
