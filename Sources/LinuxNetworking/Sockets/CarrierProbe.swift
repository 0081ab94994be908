import CLinux
import Glibc
import Synchronization
public import WMGFramework

/// Asks the kernel ten times a second for an interface's carrier, and whether it still has its address.
///
/// Left alone the kernel may report a change of carrier up to a second late (linkwatch works once a second); asked for
/// the link it reports at once, and a `LinkWatch` hears of it. Asking waits for the kernel's configuration lock, which
/// others may hold for long, so it happens on a thread of its own, away from any heartbeat.
public final class CarrierProbe {
  private let state: State
  private let thread: LoopThread
  private let loop: any EventLoop

  /// Starts the thread in the caller's network namespace; it probes nothing yet. `onAddressLost` is called on the
  /// loop's thread when `isAddressLost` becomes true.
  ///
  /// - Throws: `SystemCallError`.
  public init(loop: any EventLoop, onAddressLost: @escaping () -> Void) throws {
    let state = State(lossWaker: try Waker())
    self.state = state
    self.loop = loop
    thread = try LoopThread(name: "carrier") { loop in
      loop.onWake { if state.isStopping.withLock({ $0 }) { loop.stop() } else { state.probe() } }
      state.waker.withLock { $0 = loop.waker }
      state.probePeriodically(on: loop)
      // A stop before the waker was there went unheard.
      if !state.isStopping.withLock({ $0 }) { loop.run() }
    }
    loop.watch(state.lossWaker.descriptor) {
      var count: UInt64 = 0
      _ = read(state.lossWaker.descriptor, &count, MemoryLayout<UInt64>.size)
      onAddressLost()
    }
  }

  /// Whether the interface has been found without its address since `probe` was last told of one. Waits for nobody.
  public var isAddressLost: Bool { state.isAddressLost.load(ordering: .acquiring) }

  /// Probes this interface from now on; `nil` is none. A probe that is under way may still report the last one's
  /// address as lost: look again, and tell it again.
  public func probe(_ interface: BroadcastInterface?) {
    state.interface.withLock { $0 = interface }
    state.isAddressLost.store(false, ordering: .releasing)
  }

  /// Probes at once, on the probe's thread.
  public func probeNow() {
    state.waker.withLock { $0 }?.wake()
  }

  /// Ends the thread.
  public func stop() {
    loop.unwatch(state.lossWaker.descriptor)
    state.isStopping.withLock { $0 = true }
    state.waker.withLock { $0 }?.wake()
    thread.join()
  }

  private final class State: Sendable {
    let interface = Mutex<BroadcastInterface?>(nil)
    let isAddressLost = Atomic(false)
    let lossWaker: Waker
    let isStopping = Mutex(false)
    let waker = Mutex<Waker?>(nil)

    init(lossWaker: Waker) { self.lossWaker = lossWaker }

    func probe() {
      guard let interface = interface.withLock({ $0 }) else { return }
      wmg_probe_carrier(interface.name)
      guard !interface.hasAddress, !isAddressLost.exchange(true, ordering: .acquiringAndReleasing) else {
        return
      }
      lossWaker.wake()
    }

    func probePeriodically(on loop: EpollLoop) {
      probe()
      loop.schedule(at: loop.now + .milliseconds(100)) { [weak loop] in
        if let loop { self.probePeriodically(on: loop) }
      }
    }
  }
}
