import Glibc
public import GatewayLab
import LinuxNetworking
public import WMGFramework

/// Every UDP packet that gateways send on the underlay, as it comes in at the switch.
///
/// It belongs to one thread, which has to `receive` often enough for the times to mean something.
public final class AdvertisementCapture {
  /// What one gateway has sent.
  public struct Sender: Sendable {
    /// How many packets.
    public var count = 0
    /// When the last one was received; `nil` before the first.
    public var last: MonotonicInstant?
  }

  /// What was sent since the last `restart`, by gateway.
  public private(set) var senders: [Sender]
  private let sockets: [PacketSocket]

  /// Begins to capture.
  ///
  /// - Throws: `SystemCallError`, when no packet socket can be opened.
  public init(_ network: LabNetwork) throws {
    sockets = try NetworkNamespace(named: network.switchNamespace).run {
      try network.gateways.map { gateway in
        // All protocols: a frame on a bridge's port never reaches a socket bound to one protocol.
        try PacketSocket(receiving: 0x0003, index: Int32(if_nametoindex("u-\(gateway.name)")))
      }
    }
    senders = sockets.map { _ in Sender() }
  }

  /// Forgets what was sent until now.
  public func restart() {
    receive()
    senders = sockets.map { _ in Sender() }
  }

  /// Takes what has come in.
  public func receive() {
    for (gateway, socket) in sockets.enumerated() {
      var isUDP = false
      func take(_ frame: UnsafeRawBufferPointer, _: Int32) {
        isUDP = frame.count > 23 && frame[12] == 0x08 && frame[13] == 0 && frame[23] == UInt8(IPPROTO_UDP)
      }
      // A link that is cut says so once, as an error of the next reading; after that it goes on.
      while (try? socket.receive(take)) == true {
        guard isUDP else { continue }
        senders[gateway].count += 1
        senders[gateway].last = BootTimeClock.now
      }
    }
  }
}
