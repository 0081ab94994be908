import Glibc
public import LinuxNetworking
import Synchronization
public import WMGFramework

/// Hears ARP packets in a namespace, on a thread of its own.
public final class ARPCapture: Sendable {
  private let frames = Mutex<[(frame: ARPFrame, at: MonotonicInstant)]>([])
  private let thread = Mutex<LoopThread?>(nil)
  private let waker: WakerSlot

  private final class WakerSlot: Sendable {
    let slot = Mutex<Waker?>(nil)
  }

  /// Begins to listen on all interfaces of a namespace.
  public init(in namespace: NetworkNamespace) throws {
    let waker = WakerSlot()
    self.waker = waker
    let loopThread = try LoopThread(name: "capture") { [self] loop in
      guard (try? namespace.enter()) != nil, let socket = try? PacketSocket(receiving: ARPFrame.etherType)
      else {
        return
      }
      loop.watch(socket.fileDescriptor) { [self] in
        while (try? socket.receive { frame, _ in
          let now = BootTimeClock.now
          if let frame = ARPFrame(frame) { frames.withLock { $0.append((frame, now)) } }
        }) == true {}
      }
      loop.onWake { loop.stop() }
      waker.slot.withLock { $0 = loop.waker }
      loop.run()
    }
    thread.withLock { $0 = loopThread }
    _ = eventually { waker.slot.withLock { $0 != nil } }
  }

  /// What has been heard, with the time of reading.
  public var heard: [(frame: ARPFrame, at: MonotonicInstant)] { frames.withLock { $0 } }

  /// Forgets what has been heard.
  public func clear() { frames.withLock { $0 = [] } }

  /// Ends the thread.
  public func stop() {
    waker.slot.withLock { $0 }?.wake()
    thread.withLock { $0 }?.join()
  }
}
