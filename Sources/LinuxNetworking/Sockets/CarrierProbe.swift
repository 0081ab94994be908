import CLinux
import Synchronization
import WMGFramework

/// Has the kernel look at an interface's carrier ten times a second.
///
/// Left alone the kernel may report a change of carrier up to a second late (linkwatch works once a second); asked for
/// the link it reports at once, and a `LinkWatch` hears of it. Asking waits for the kernel's configuration lock, which
/// others may hold for long, so it happens on a thread of its own, away from any heartbeat.
public final class CarrierProbe: Sendable {
  private let state: State
  private let thread: LoopThread

  /// Starts the thread in the caller's network namespace; it probes nothing yet.
  ///
  /// - Throws: `SystemCallError`.
  public init() throws {
    let state = State()
    self.state = state
    thread = try LoopThread(name: "carrier") { loop in
      loop.onWake { if state.isStopping.withLock({ $0 }) { loop.stop() } }
      state.waker.withLock { $0 = loop.waker }
      state.probe(on: loop)
      // A stop before the waker was there went unheard.
      if !state.isStopping.withLock({ $0 }) { loop.run() }
    }
  }

  /// Probes this interface from now on; `nil` is none.
  public func probe(_ interface: BroadcastInterface?) {
    state.interface.withLock { $0 = interface?.name }
  }

  /// Ends the thread.
  public func stop() {
    state.isStopping.withLock { $0 = true }
    state.waker.withLock { $0 }?.wake()
    thread.join()
  }

  private final class State: Sendable {
    let interface = Mutex<String?>(nil)
    let isStopping = Mutex(false)
    let waker = Mutex<Waker?>(nil)

    func probe(on loop: EpollLoop) {
      if let interface = interface.withLock({ $0 }) { wmg_probe_carrier(interface) }
      loop.schedule(at: loop.now + .milliseconds(100)) { [weak loop] in
        if let loop { self.probe(on: loop) }
      }
    }
  }
}
