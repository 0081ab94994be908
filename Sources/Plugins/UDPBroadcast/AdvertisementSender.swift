import CLinux
import Glibc
import LinuxNetworking
import WMGFramework

/// The socket that advertises: tied to the interface, bound to this host's address and to the discovery port (the
/// source port tells a wmgwd2 from a Go daemon), connected, so that it queues no stray packets.
struct AdvertisementSender {
  let interface: BroadcastInterface
  private let socket: SocketDescriptor

  /// - Throws: `SystemCallError`; EADDRINUSE if another program has the port on this address.
  init(_ settings: UDPBroadcastSettings, over interface: BroadcastInterface) throws(SystemCallError) {
    self.interface = interface
    socket = try SocketDescriptor(wmg_udp_socket(), "open a UDP socket")
    try Self.check(
      wmg_bind_to_device(socket.rawValue, interface.name), "tie a socket to interface \(interface.name)")
    try Self.check(wmg_set_socket_option(socket.rawValue, SO_BROADCAST, 1), "ask for broadcasts")
    // Over a dead underlay a default route would carry a broadcast away as unicast, and the send would succeed.
    try Self.check(wmg_set_socket_option(socket.rawValue, SO_DONTROUTE, 1), "ask for on-link delivery")
    try Self.check(wmg_set_ip_option(socket.rawValue, Int32(IP_TTL), 64), "set the time to live")
    // With a full neighbour table the kernel drops broadcasts; without this the send would succeed all the same.
    try Self.check(wmg_set_ip_option(socket.rawValue, Int32(IP_RECVERR), 1), "ask for errors of sending")
    try Self.check(
      wmg_bind_ipv4(socket.rawValue, interface.address.rawValue, settings.port),
      "send from \(interface.address):\(settings.port)")
    try Self.check(
      wmg_connect_ipv4(socket.rawValue, settings.address.rawValue, settings.port),
      "send to \(settings.destination)")
  }

  /// Sends one advertisement.
  ///
  /// - Throws: `SystemCallError`.
  func send(_ gateway: GatewayID) throws(SystemCallError) {
    var packet = gateway.rawValue.bigEndian
    guard Glibc.send(socket.rawValue, &packet, 8, Int32(MSG_DONTWAIT)) == 8 else {
      throw SystemCallError("advertise over \(interface.name)")
    }
  }

  private static func check(_ result: Int32, _ attempt: String) throws(SystemCallError) {
    guard result == 0 else { throw SystemCallError(attempt) }
  }
}
