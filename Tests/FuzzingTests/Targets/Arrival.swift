import Glibc
import LinuxNetworking
import WMGFramework

@testable import UDPBroadcast

/// What a listener has of packets that were sent to it.
struct Arrival {
  private let payloads: [[UInt8]]
  private let sendingPort: UInt16
  private let received: [AdvertisementListener.Received]
  private let drops: (wrongLength: Int, bufferFull: Int)
  private let end: MonotonicInstant

  init(of payloads: [[UInt8]]) throws {
    let pair = try SocketPair()
    for payload in payloads { pair.send(payload) }
    var received: [AdvertisementListener.Received] = []
    var drops = (wrongLength: 0, bufferFull: 0)
    let patience = BootTimeClock.now + .milliseconds(100)
    repeat {
      while pair.listener.readBatch({ received.append($0) }) == nil {}
      let further = pair.listener.takeDrops()
      drops.wrongLength += further.wrongLength
      drops.bufferFull += further.bufferFull
    } while received.count + drops.wrongLength + drops.bufferFull < payloads.count
      && BootTimeClock.now < patience
    self.payloads = payloads
    self.received = received
    self.drops = drops
    sendingPort = pair.sendingPort
    end = BootTimeClock.now
  }

  /// Whether each packet has left a trace.
  var isComplete: Bool { received.count + drops.wrongLength + drops.bufferFull >= payloads.count }

  func judge() throws(BrokenProperty) {
    let expected = payloads.filter { $0.count == 8 }.map { $0.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
    try demand(received.map(\.uid) == expected, "uids \(received.map(\.uid)) are heard of \(expected)")
    for packet in received {
      try demand(packet.port == sendingPort && packet.source == SocketPair.loopback, "from us")
      try demand(packet.interface == 1 && packet.receivedAt <= end, "now, over the loopback interface")
    }
    try demand(
      drops.wrongLength == payloads.count - expected.count && drops.bufferFull == 0,
      "\(drops) of \(payloads.count) packets")
  }
}

/// A listener on the loopback interface, and who sends to it.
final class SocketPair {
  static let loopback = IPv4Address(rawValue: 0x7F00_0001)

  let listener: AdvertisementListener
  let sendingPort: UInt16
  private let sender: CInt

  init() throws {
    listener = try AdvertisementListener(
      UDPBroadcastSettings(
        address: Self.loopback, port: 0, interface: nil, allowed: [], receiveBuffer: 1 << 20))
    sender = socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0)
    sendingPort = Self.bind(sender)
    var address = Self.address(Self.port(of: listener.socket.rawValue))
    let isConnected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(sender, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    precondition(isConnected, "a way to the listener")
  }

  deinit { close(sender) }

  func send(_ payload: [UInt8]) {
    let sent = payload.withUnsafeBytes { Glibc.send(sender, $0.baseAddress, $0.count, 0) }
    precondition(sent == payload.count, "a packet leaves")
  }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = loopback.rawValue.bigEndian
    return address
  }

  /// Binds a socket to a port that is free, and says which it is.
  private static func bind(_ socket: CInt) -> UInt16 {
    var address = address(0)
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    precondition(isBound, "a port of one's own")
    return port(of: socket)
  }

  private static func port(of socket: CInt) -> UInt16 {
    var address = address(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isKnown = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) == 0 }
    }
    precondition(isKnown, "a socket with an address")
    return UInt16(bigEndian: address.sin_port)
  }
}
