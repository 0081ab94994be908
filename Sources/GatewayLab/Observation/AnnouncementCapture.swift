import CLinux
import Glibc
import LinuxNetworking
import Synchronization
public import WMGFramework

/// A gratuitous ARP as it came in at the switch.
public struct CapturedAnnouncement: Hashable, Sendable {
  /// The VNI whose gateway address it announces.
  public let vni: VNI
  /// The gateway, by the switch's port.
  public let gateway: Int
  /// 1 is a request, 2 is a reply.
  public let operation: UInt16
  /// When the kernel received it.
  public let receivedAt: MonotonicInstant
}

/// Captures every gratuitous ARP of every gateway where it enters the switch: what got that far was not lost in the
/// sender.
public final class AnnouncementCapture: Sendable {
  private let announcements = Mutex<[CapturedAnnouncement]>([])
  private let thread = Mutex<LoopThread?>(nil)
  private let waker = Mutex<Waker?>(nil)
  private let isStopping = Mutex(false)

  /// Begins to capture.
  ///
  /// - Throws: `LabError`, when the packet socket cannot be opened.
  public init(_ network: LabNetwork) throws(LabError) {
    let plan = network.plan
    do {
      let (socket, ports) = try NetworkNamespace(named: network.switchNamespace).run {
        let socket = wmg_open_arp_capture()
        guard socket >= 0 else { throw SystemCallError("open a packet socket") }
        var ports: [CInt: Int] = [:]
        for gateway in network.gateways.indices {
          ports[CInt(if_nametoindex(NetworkScript.port(LabLink.transport.rawValue, gateway)))] = gateway
        }
        return (socket, ports)
      }
      let started = try LoopThread(name: "capture") { [self, ports] loop in
        waker.withLock { $0 = loop.waker }
        loop.onWake { [unowned loop] in
          if self.isStopping.withLock({ $0 }) { loop.stop() }
        }
        loop.watch(socket) { self.receive(socket, ports, plan) }
        if !isStopping.withLock({ $0 }) { loop.run() }
        close(socket)
      }
      thread.withLock { $0 = started }
    } catch {
      throw LabError("\(error)", exitCode: 71)
    }
  }

  /// Ends the capture.
  public func stop() {
    isStopping.withLock { $0 = true }
    waker.withLock { $0 }?.wake()
    thread.withLock { $0 }?.join()
  }

  /// Takes what has been captured since the last time, in the order it came in.
  public func take() -> [CapturedAnnouncement] {
    announcements.withLock { announcements in
      let taken = announcements
      announcements = []
      return taken
    }
  }

  /// All that has been captured and not taken.
  public var all: [CapturedAnnouncement] { announcements.withLock { $0 } }

  /// The first announcement of each VNI at or after `start`, of one gateway or of any.
  public func first(since start: MonotonicInstant, by gateway: Int? = nil) -> [VNI: MonotonicInstant] {
    var first: [VNI: MonotonicInstant] = [:]
    for announcement in all
    where announcement.receivedAt >= start && (gateway == nil || announcement.gateway == gateway) {
      first[announcement.vni] = min(
        first[announcement.vni] ?? announcement.receivedAt, announcement.receivedAt)
    }
    return first
  }

  private func receive(_ socket: CInt, _ ports: [CInt: Int], _ plan: AddressPlan) {
    // The kernel stamps packets with the wall clock; what lies between the clocks is measured for each batch.
    var wall = timespec()
    clock_gettime(CLOCK_REALTIME, &wall)
    let offset = BootTimeClock.now.nanoseconds - Int64(wall.tv_sec) * 1_000_000_000 - Int64(wall.tv_nsec)
    var received: [CapturedAnnouncement] = []
    var frame = [UInt8](repeating: 0, count: 128)
    var port: CInt = 0
    var time: Int64 = 0
    while case let count = wmg_receive_captured(socket, &frame, frame.count, &port, &time), count > 0 {
      guard let gateway = ports[port],
        let (operation, address) = gratuitousARP(frame[..<min(count, frame.count)]),
        let index = plan.index(ofGatewayAddress: address)
      else { continue }
      received.append(
        CapturedAnnouncement(
          vni: plan.vnis[index], gateway: gateway, operation: operation,
          receivedAt: MonotonicInstant(nanoseconds: time + offset)))
    }
    announcements.withLock { $0 += received }
  }
}

/// The operation and address of a gratuitous ARP, bare or in VXLAN (50 bytes of outer headers).
func gratuitousARP(_ frame: ArraySlice<UInt8>) -> (operation: UInt16, address: IPv4Address)? {
  func word(_ offset: Int) -> UInt32 { frame[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
  guard frame.count >= 42 else { return nil }
  let start = frame[12] == 0x08 && frame[13] == 0x06 ? 14 : 64
  guard frame.count >= start + 28 else { return nil }
  let sender = word(start + 14)
  guard sender == word(start + 24) else { return nil }
  return (UInt16(frame[start + 6]) << 8 | UInt16(frame[start + 7]), IPv4Address(rawValue: sender))
}
