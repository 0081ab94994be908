import Glibc
import LinuxNetworking
import Logging
import WMGFramework

@testable import UDPBroadcast

extension FuzzTarget {
  /// Datagrams to the discovery port, through a socket as the daemon has it; and what becomes of the advertisements.
  static let advertisement = FuzzTarget(name: "advertisement") { input in
    var input = FuzzInput(input)
    if input.byte() % 4 == 0 { try receive(&input) } else { try judge(&input) }
  }

  // MARK: Through the socket

  private static func receive(_ input: inout FuzzInput) throws {
    var payloads: [[UInt8]] = []
    while !input.isEmpty, payloads.count < 100 { payloads.append(Array(input.bytes())) }
    // All of the machine's packets, a flood in another namespace too, go through the same queue into a socket.
    for _ in 0..<5 {
      let arrival = try Arrival(of: payloads)
      guard arrival.isComplete else { continue }
      return try arrival.judge()
    }
    throw BrokenProperty(description: "five times not all of \(payloads.count) packets are heard or counted")
  }

  // MARK: Behind it

  private static func judge(_ input: inout FuzzInput) throws(BrokenProperty) {
    guard let own = GatewayID(rawValue: 1) else { return }
    let limit = Int(input.byte() % 8) + 1
    let allowed = Set((0..<Int(input.byte() % 4)).compactMap { GatewayID(rawValue: UInt64($0) + 2) })
    let loop = StillLoop()
    let counters = Counters()
    var heard: [HeardAdvertisement] = []
    let context = DiscoveryContext(
      configuration: GatewayConfiguration(
        uid: own, vnis: VNISet(), interval: .milliseconds(10), peerLimit: limit),
      loop: loop, logger: Logger(label: "fuzzing") { _ in SwiftLogNoOpLogHandler() }, counters: counters,
      lease: AdvertisingLease(until: loop.now)
    ) { if case .heard(let advertisement) = $0 { heard.append(advertisement) } }
    let settings = UDPBroadcastSettings(
      address: SocketPair.loopback, port: 3000, interface: nil, allowed: allowed, receiveBuffer: 1 << 16)
    let hearing = Hearing(settings, context: context, underlay: Underlay(settings, context: context))
    let place = UnderlayPlace(interface: 2, ownAddress: nil, lastOwnAddress: SocketPair.loopback)
    var packets = 0
    while !input.isEmpty, packets < 1000 {
      let choice = input.byte()
      loop.now = loop.now + .milliseconds(Int(choice >> 4))
      let packet = AdvertisementListener.Received(
        uid: choice & 1 == 0 ? UInt64(input.byte()) : input.number(),
        source: choice & 2 == 0 ? SocketPair.loopback : IPv4Address(rawValue: 9),
        port: choice & 4 == 0 ? 3000 : input.number(), interface: choice & 8 == 0 ? 2 : 3,
        receivedAt: loop.now)
      let before = heard.count
      hearing.hear(packet, at: place)
      packets += 1
      guard heard.count > before, let last = heard.last else { continue }
      try demand(packet.interface == 2, "nothing is heard over another interface")
      try demand(last.advertisement.gateway.rawValue == packet.uid, "it is heard as it was sent")
      try demand(
        last.advertisement.state == (packet.port == 3000 ? .active : nil), "the port tells the state")
      try demand(
        last.advertisement.gateway == own
          ? packet.source != SocketPair.loopback
          : allowed.isEmpty || allowed.contains(last.advertisement.gateway),
        "only who is allowed is heard, and not one's own echo")
      try demand(last.receivedAt == packet.receivedAt, "at the time of its arrival")
    }
    let counted = counters.snapshot.values.reduce(0, +)
    try demand(counted == packets, "\(packets) packets came, and \(counted) are counted")
    try demand(counters["advertisements-received"] == heard.count, "what is heard is counted")
    try boundPeers(heard, limit: limit, memory: context.configuration, own: own)
  }

  /// Within the time for which uids are remembered, no more than so many are heard that can serve: these give their place
  /// to nobody, as others do to them.
  private static func boundPeers(
    _ heard: [HeardAdvertisement], limit: Int, memory: GatewayConfiguration, own: GatewayID
  ) throws(BrokenProperty) {
    let remembered = memory.detectionTime + memory.expiryGrace
    let peers = heard.filter { $0.advertisement.gateway != own && $0.advertisement.state == .active }
    for last in peers {
      let known = Set(
        peers.filter {
          $0.receivedAt <= last.receivedAt && last.receivedAt - $0.receivedAt <= remembered
        }.map(\.advertisement.gateway))
      // At one instant somebody may go and somebody else come.
      try demand(known.count <= limit, "\(known.count) peers are heard where \(limit) are the limit")
    }
  }
}

/// A loop in which time stands still unless it is moved, and nothing happens.
private final class StillLoop: EventLoop {
  var now = MonotonicInstant(nanoseconds: 1_000_000_000)

  func watch(_ fileDescriptor: Int32, onReadable: @escaping () -> Void) -> Bool { true }
  func unwatch(_ fileDescriptor: Int32) {}
  func schedule(at deadline: MonotonicInstant, _ action: @escaping () -> Void) -> EventLoopTimer {
    EventLoopTimer(identifier: 0)
  }
  func cancel(_ timer: EventLoopTimer) {}
}
