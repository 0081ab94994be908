import Foundation
import GatewayLab
import LinuxNetworking
import Synchronization
import WMGFramework

/// Hears what a gateway can hear, whatever its daemon does: every advertisement that comes to its underlay interface,
/// with the time.
final class AdvertisementEar: Sendable {
  private struct Heard {
    var uid: UInt64
    var time: MonotonicInstant
  }

  private let heard = Mutex<[Heard]>([])
  private let thread = Mutex<LoopThread?>(nil)
  private let waker = Mutex<Waker?>(nil)
  private let isStopping = Mutex(false)
  private let own: UInt64

  init(at gateway: LabGateway) throws {
    own = gateway.uid
    // AF_PACKET without link headers, IPv4 only.
    let socket = try NetworkNamespace(named: gateway.namespace).run {
      let type = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
      let socket = Glibc.socket(17, type, CInt(UInt16(0x0800).bigEndian))
      guard socket >= 0 else { throw SystemCallError("open a packet socket") }
      return socket
    }
    let started = try LoopThread(name: "ear") { [self] loop in
      waker.withLock { $0 = loop.waker }
      loop.onWake { [unowned loop] in
        if self.isStopping.withLock({ $0 }) { loop.stop() }
      }
      loop.watch(socket) { self.receive(socket) }
      if !isStopping.withLock({ $0 }) { loop.run() }
      close(socket)
    }
    thread.withLock { $0 = started }
  }

  /// Ends it.
  func stop() {
    isStopping.withLock { $0 = true }
    waker.withLock { $0 }?.wake()
    thread.withLock { $0 }?.join()
  }

  /// When the first advertisement of another gateway came in at or after `time`.
  func first(since time: MonotonicInstant) -> MonotonicInstant? {
    heard.withLock { $0.first { $0.time >= time && $0.uid != own }?.time }
  }

  /// When the last advertisement of another gateway came in before `time`.
  func last(of uid: UInt64, before time: MonotonicInstant) -> MonotonicInstant? {
    heard.withLock { $0.last { $0.time <= time && $0.uid == uid }?.time }
  }

  private func receive(_ socket: CInt) {
    var packet = [UInt8](repeating: 0, count: 256)
    while case let count = recv(socket, &packet, packet.count, 0), count > 0 {
      let now = BootTimeClock.now
      let header = Int(packet[0] & 0x0F) * 4
      // UDP to port 3000 with 8 bytes in it.
      guard packet[9] == 17, count >= header + 16, packet[header + 2] == 11, packet[header + 3] == 184,
        packet[header + 5] == 16
      else { continue }
      let uid = packet[header + 8..<header + 16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      heard.withLock { $0.append(Heard(uid: uid, time: now)) }
    }
  }
}
