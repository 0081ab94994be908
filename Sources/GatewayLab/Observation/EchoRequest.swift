import WMGFramework

/// An ICMP echo request (RFC 792) that says in itself whom it asks, which one it is, and when it was sent: the answer
/// brings all that back.
struct EchoRequest: Hashable {
  /// Whom it asks: a place in `Pinger.asked`.
  var place: UInt32
  /// The first to a place is 1.
  var number: UInt32
  var sentAt: MonotonicInstant

  /// Type 8, code 0, checksum; then place, number and time, big-endian.
  var packet: [UInt8] {
    let time = UInt64(bitPattern: sentAt.nanoseconds)
    var words = [0x0800_0000, place, number, UInt32(time >> 32), UInt32(truncatingIfNeeded: time)]
    var sum = words.reduce(0) { $0 + UInt64($1 >> 16) + UInt64($1 & 0xFFFF) }
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
    words[0] |= UInt32(~sum & 0xFFFF)
    return words.flatMap { word in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }
  }

  /// Which request an IPv4 packet with an echo reply answers, and who sent it.
  static func answered(by packet: ArraySlice<UInt8>) -> (request: EchoRequest, source: IPv4Address)? {
    let start = packet.startIndex
    // A header of 20 bytes, then type 0.
    guard packet.count >= 40, packet[start] == 0x45, packet[start + 20] == 0 else { return nil }
    func word(_ offset: Int) -> UInt32 {
      packet[(start + offset)..<(start + offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
    let time = UInt64(word(32)) << 32 | UInt64(word(36))
    let request = EchoRequest(
      place: word(24), number: word(28), sentAt: MonotonicInstant(nanoseconds: Int64(bitPattern: time)))
    return (request, IPv4Address(rawValue: word(12)))
  }
}
