import CLinux
import Glibc
import LinuxNetworking
import WMGFramework

/// The socket that hears advertisements: bound to the broadcast address, so that no unicast reaches it, and without
/// SO_REUSEADDR, so that a second daemon on this host cannot share it unnoticed.
///
/// Wrong lengths end in a filter in the kernel: a flood of them neither wakes the daemon nor fills the buffer. What is
/// left of them is the socket's drop counter, which a full buffer raises too; `judgeDrops` tells the two apart by
/// whether the buffer was found nearly full.
final class AdvertisementListener {
  struct Received {
    var uid: UInt64
    var source: IPv4Address
    var port: UInt16
    /// The index of the interface it came in by.
    var interface: UInt32
    var receivedAt: MonotonicInstant
  }

  let socket: SocketDescriptor
  private var datagrams = [wmg_datagram](repeating: wmg_datagram(), count: Int(WMG_DATAGRAM_BATCH))
  private var wasEmptyAt: MonotonicInstant
  private var knownDrops: UInt32 = 0
  private var drops = (wrongLength: 0, bufferFull: 0)

  /// - Throws: `SystemCallError`: EADDRNOTAVAIL while the address is not there, EADDRINUSE if the port is taken.
  init(_ settings: UDPBroadcastSettings) throws(SystemCallError) {
    socket = try SocketDescriptor(wmg_udp_socket(), "open a UDP socket")
    wmg_set_receive_buffer(socket.rawValue, Int32(settings.receiveBuffer))
    // Before bind, so that nothing gets in unfiltered or unstamped.
    guard wmg_accept_only_udp_length(socket.rawValue, 8) == 0 else {
      throw SystemCallError("attach a filter to a UDP socket")
    }
    guard wmg_set_socket_option(socket.rawValue, SO_TIMESTAMPNS, 1) == 0 else {
      throw SystemCallError("ask for receive timestamps")
    }
    // The socket cannot be tied to an interface, which may be made anew while the socket stays.
    guard wmg_set_ip_option(socket.rawValue, Int32(IP_PKTINFO), 1) == 0 else {
      throw SystemCallError("ask for arrival interfaces")
    }
    wasEmptyAt = BootTimeClock.now
    guard wmg_bind_ipv4(socket.rawValue, settings.address.rawValue, settings.port) == 0 else {
      throw SystemCallError("listen on \(settings.destination)")
    }
  }

  /// Reads one batch and hands on each packet. Returns when the socket was empty, or `nil` if there may be more.
  func readBatch(_ handle: (Received) -> Void) -> MonotonicInstant? {
    let before = BootTimeClock.now
    let count = Int(wmg_receive_datagrams(socket.rawValue, &datagrams, Int32(datagrams.count)))
    let clock = ReceiveClock()
    for datagram in datagrams.prefix(max(0, count)) where datagram.length == 8 {
      handle(
        Received(
          uid: datagram.first_eight_bytes, source: IPv4Address(rawValue: datagram.source_address),
          port: datagram.source_port, interface: datagram.interface_index,
          receivedAt: clock.receiveTime(stamp: datagram.received_realtime, socketEmptyAt: wasEmptyAt)))
    }
    guard count < datagrams.count else { return nil }
    wasEmptyAt = before
    return before
  }

  /// No more than that many packets wait to be read: none takes less than 256 bytes of kernel memory.
  var mostWaiting: Int {
    var memory = wmg_socket_memory()
    guard wmg_socket_memory(socket.rawValue, &memory) == 0 else { return datagrams.count }
    return Int(memory.waiting_bytes) / 256 + 1
  }

  /// Judges what has been dropped by how full the buffer is now; so it is done before reading, which empties it.
  func judgeDrops() {
    var memory = wmg_socket_memory()
    guard wmg_socket_memory(socket.rawValue, &memory) == 0 else { return }
    let dropped = Int(memory.drops &- knownDrops)
    knownDrops = memory.drops
    if memory.waiting_bytes > memory.limit_bytes / 4 * 3 {
      drops.bufferFull += dropped
    } else {
      drops.wrongLength += dropped
    }
  }

  /// Drops since the last call, by cause.
  func takeDrops() -> (wrongLength: Int, bufferFull: Int) {
    judgeDrops()
    defer { drops = (0, 0) }
    return drops
  }
}
