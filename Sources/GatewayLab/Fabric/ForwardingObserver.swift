import CLinux
import LinuxNetworking
import Glibc
import Synchronization
public import WMGFramework

/// A change of where the access point sends an overlay's frames for the gateway.
public struct ForwardingChange: Hashable, Sendable {
  /// The overlay.
  public let vni: VNI
  /// The remote end from then on; `nil`: none, such frames are flooded.
  public let vtep: IPv4Address?
  /// When the kernel's notification was read.
  public let at: MonotonicInstant
}

/// Watches where the access point sends what is for each overlay's virtual MAC: the fabric's answer to who owns what.
/// Every change is seen as it happens, by the kernel's notifications.
public final class ForwardingObserver: Sendable {
  private struct State {
    var table: ForwardingTable
    var changes: [ForwardingChange] = []
  }

  private let network: FabricNetwork
  private let state: Mutex<State>
  private let thread = Mutex<LoopThread?>(nil)
  private let waker = Mutex<Waker?>(nil)
  private let isStopping = Mutex(false)

  /// Begins to watch.
  ///
  /// - Throws: `LabError`, when a socket cannot be opened.
  public init(_ network: FabricNetwork) throws(LabError) {
    self.network = network
    let reader = try ForwardingReader(network, in: network.accessPoint.namespace)
    state = Mutex(State(table: try reader.readAll()))
    do {
      let started = try LoopThread(name: "forwarding") { [self] loop in watch(reader, loop) }
      thread.withLock { $0 = started }
    } catch {
      throw LabError("\(error)", exitCode: 71)
    }
  }

  /// Ends the watch.
  public func stop() {
    isStopping.withLock { $0 = true }
    waker.withLock { $0 }?.wake()
    thread.withLock { $0 }?.join()
  }

  /// The remote end for each overlay's virtual MAC now, in the order of `AddressPlan.vnis`.
  public var vteps: [IPv4Address?] { state.withLock { $0.table.vteps } }

  /// The gateway that each remote end is, by index; `nil` where there is no entry.
  public var gateways: [Int?] { vteps.map { $0.flatMap(network.gateway(withVTEP:)) } }

  /// Begins a new record.
  public func beginRecord() {
    state.withLock { $0.changes = [] }
  }

  /// All changes since `beginRecord`, in the order they came.
  public var changes: [ForwardingChange] { state.withLock { $0.changes } }

  /// When the last change since `beginRecord` was seen.
  public var lastChange: MonotonicInstant? { state.withLock { $0.changes.last?.at } }

  /// How many overlays lead to another gateway than to the one given, in the order of `AddressPlan.vnis`; overlays
  /// without an owner do not count.
  public func misled(_ owners: [Int?]) -> Int {
    zip(gateways, owners).count { $1 != nil && $0 != $1 }
  }

  /// Waits until every overlay leads to the gateway that `owners` gives, in the order of `AddressPlan.vnis`, and has
  /// done so for `calm`; pass `observer.soleOwners` to compare with who is up.
  ///
  /// - Returns: how long it took until that calm began; `nil` if there was none within `patience`.
  public func waitUntilLeading(
    to owners: () -> [Int?], patience: Duration, calm: Duration = .milliseconds(200)
  ) -> Duration? {
    let start = BootTimeClock.now
    var calmSince: MonotonicInstant?
    while BootTimeClock.now - start < patience {
      let now = BootTimeClock.now
      let owners = owners()
      if owners.contains(nil) || misled(owners) > 0 {
        calmSince = nil
      } else if let since = calmSince {
        if now - since >= calm { return since - start }
      } else {
        calmSince = now
      }
      usleep(2000)
    }
    return nil
  }

  private func watch(_ reader: ForwardingReader, _ loop: EpollLoop) {
    waker.withLock { $0 = loop.waker }
    loop.onWake { [unowned loop] in
      if self.isStopping.withLock({ $0 }) { loop.stop() }
    }
    loop.watch(reader.socket.number) { self.receive(reader) }
    if !isStopping.withLock({ $0 }) { loop.run() }
  }

  private func receive(_ reader: ForwardingReader) {
    let isWhole = state.withLock { state in
      reader.receive { overlay, sighting in
        guard let overlay, state.table.apply(sighting, overlay: overlay) else { return }
        note(overlay, in: &state)
      }
    }
    // Notifications were lost: look at everything. What the dump does not tell is gone.
    guard !isWhole, let table = try? reader.readAll() else { return }
    state.withLock { state in
      let before = state.table
      state.table = table
      for overlay in network.plan.vnis.indices where before.vteps[overlay] != table.vteps[overlay] {
        note(overlay, in: &state)
      }
    }
  }

  private func note(_ overlay: Int, in state: inout State) {
    state.changes.append(
      ForwardingChange(
        vni: network.plan.vnis[overlay], vtep: state.table.vteps[overlay], at: BootTimeClock.now))
  }
}
