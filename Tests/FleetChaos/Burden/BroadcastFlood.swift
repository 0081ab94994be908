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
  private let seed: UInt64

  /// - Parameter seed: the same one sends the same packets.
  /// - Throws: `LabError`, when there is no such interface here or no packet socket.
  package init(interface: String, seed: UInt64) throws(LabError) {
    self.seed = seed
    index = Int32(if_nametoindex(interface))
    guard index > 0 else { throw LabError("there is no interface \(interface) here", exitCode: 69) }
    socket = wmg_open_packet_socket(0, 0)
    guard socket >= 0 else {
      throw LabError(SystemCallError("open a packet socket").description, exitCode: 77)
    }
  }

  /// Sends so many packets per second; what cannot be sent in time is not made up for.
  package func run(_ length: Duration, perSecond: Int) {
    var batches = FloodBatches(seed: seed)
    let start = BootTimeClock.now
    let spacing = Duration.nanoseconds(1_000_000_000 * Int64(FrameBatch.count) / Int64(max(1, perSecond)))
    var next = start
    while next - start < length {
      send(batches.next())
      next = max(next + spacing, BootTimeClock.now - .milliseconds(100))
      let rest = (next - BootTimeClock.now).nanoseconds
      if rest > 0 { usleep(UInt32(rest / 1000)) }
    }
    close(socket)
  }

  private func send(_ batch: FrameBatch) {
    let indexes = [Int32](repeating: index, count: FrameBatch.count)
    // A queue that is full loses the rest, which is as good.
    _ = wmg_send_frames(socket, batch.bytes, batch.length, indexes, UInt32(FrameBatch.count))
  }
}

/// What a flood sends: forged and malformed packets in turn.
package struct FloodBatches {
  private var generator: SeededGenerator
  private var forged: FrameBatch
  private let malformed: [FrameBatch]
  private var number = 0

  package init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    forged = FrameBatch(payload: 8, using: &generator)
    malformed = (0..<16).map { _ in
      FrameBatch(payload: Self.wrongLength(using: &generator), using: &generator)
    }
    self.generator = generator
  }

  package mutating func next() -> FrameBatch {
    defer { number += 1 }
    guard number % 2 == 0 else { return malformed[number / 2 % malformed.count] }
    forged.renew(using: &generator)
    return forged
  }

  private static func wrongLength(using generator: inout SeededGenerator) -> Int {
    let length = Int.random(in: 0...1399, using: &generator)
    return length < 8 ? length : length + 1
  }
}
