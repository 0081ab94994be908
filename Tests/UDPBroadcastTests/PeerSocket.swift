import CLinux
import Glibc
import LinuxNetworking
import Testing

/// A socket on another host that sends whatever a test wants, or hears what comes.
final class PeerSocket: @unchecked Sendable {  // one descriptor, which threads may share
  private let socket: SocketDescriptor

  init(sendingFrom address: UInt32, port: UInt16, over interface: String? = nil) throws {
    socket = try SocketDescriptor(wmg_udp_socket(), "socket")
    try #require(wmg_set_socket_option(socket.rawValue, SO_BROADCAST, 1) == 0)
    if let interface { try #require(wmg_bind_to_device(socket.rawValue, interface) == 0) }
    try #require(wmg_bind_ipv4(socket.rawValue, address, port) == 0)
    try #require(wmg_connect_ipv4(socket.rawValue, 0x0A00_01FF, 3000) == 0)
  }

  init(listeningOn address: UInt32, port: UInt16) throws {
    socket = try SocketDescriptor(wmg_udp_socket(), "socket")
    try #require(wmg_bind_ipv4(socket.rawValue, address, port) == 0)
  }

  func send(_ bytes: [UInt8]) { _ = Glibc.send(socket.rawValue, bytes, bytes.count, 0) }

  func send(uid: UInt64) { send(withUnsafeBytes(of: uid.bigEndian) { Array($0) }) }

  func receiveAll() -> [wmg_datagram] {
    var batch = [wmg_datagram](repeating: wmg_datagram(), count: 64)
    let count = wmg_receive_datagrams(socket.rawValue, &batch, 64)
    return Array(batch.prefix(Int(max(0, count))))
  }
}
