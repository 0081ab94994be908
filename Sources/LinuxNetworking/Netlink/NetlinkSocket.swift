import CLibmnl
import CLinux
import Glibc

/// An rtnetlink socket in the network namespace of the thread that opens it. It belongs to one thread at a time.
public final class NetlinkSocket {
  /// What events a socket hears.
  public struct Groups: OptionSet, Hashable, Sendable {
    /// RTMGRP_*.
    public let rawValue: UInt32
    /// Takes RTMGRP_*.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Interfaces come, go and change.
    public static let links = Groups(rawValue: 1)
    /// IPv4 addresses come and go.
    public static let addresses = Groups(rawValue: 0x10)
  }

  /// For `EventLoop.watch`.
  public let fileDescriptor: CInt
  private let socket: OpaquePointer
  private let buffer: UnsafeMutableRawBufferPointer

  // Dumps come in datagrams of at most 32 KiB.
  private static let datagramLimit = 32768

  /// Opens a non-blocking socket that hears `groups`, with a receive buffer of 16 MiB where the process may have one.
  ///
  /// - Throws: `SystemCallError`.
  public init(hearing groups: Groups = []) throws {
    guard let socket = mnl_socket_open2(NETLINK_ROUTE, Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue))
    else { throw SystemCallError("open a netlink socket") }
    self.socket = socket
    fileDescriptor = mnl_socket_get_fd(socket)
    buffer = .allocate(byteCount: Self.datagramLimit, alignment: 8)
    // Older kernels lack some of these, and nothing depends on them.
    for option in [NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK] {
      var on: CInt = 1
      _ = mnl_socket_setsockopt(socket, option, &on, socklen_t(MemoryLayout<CInt>.size))
    }
    wmg_raise_receive_buffer(fileDescriptor, 16 << 20)
    guard mnl_socket_bind(socket, groups.rawValue, 0) == 0 else {
      throw SystemCallError("bind a netlink socket")
    }
  }

  deinit {
    mnl_socket_close(socket)
    buffer.deallocate()
  }

  /// Sends requests in one call. The kernel has worked through them, dumps excepted, when this returns.
  ///
  /// - Throws: `SystemCallError`.
  public func send(_ requests: borrowing RouteRequests) throws {
    let bytes = requests.bytes
    while mnl_socket_sendto(socket, bytes, bytes.count) < 0 {
      guard errno == EINTR else { throw SystemCallError("send to the kernel by netlink") }
    }
  }

  /// Reads one datagram; `false` if none is waiting.
  ///
  /// - Throws: `SystemCallError`; with ENOBUFS messages were lost, and what is known of the kernel is stale.
  public func receive(_ body: (_ sequence: UInt32, _ message: RouteMessage) -> Void) throws -> Bool {
    while true {
      let length = mnl_socket_recvfrom(socket, buffer.baseAddress, buffer.count)
      if length >= 0 {
        RouteMessage.parse(UnsafeRawBufferPointer(rebasing: buffer[..<length]), body)
        return true
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: return false
      default: throw SystemCallError("receive from the kernel by netlink")
      }
    }
  }

  /// Waits until something can be received, for at most `milliseconds`; `false` if nothing came.
  public func wait(milliseconds: CInt) -> Bool {
    var descriptor = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, milliseconds) > 0
  }
}
