import CLinux
import Glibc
import LinuxNetworking
import Synchronization
public import WMGFramework

/// Watches, from outside and without any of the daemon's code, which gateway carries which VNI.
///
/// A gateway carries a VNI while the macvlan's operstate is UP and it has carrier: then frames leave and arrive. Every
/// change is seen as it happens, by rtnetlink's link notifications, so no interval is too short to be recorded.
/// Gateways that are dead (their links are cut, but their macvlans are still up) are to be left out: `setCounted`.
public final class OwnershipObserver: Sendable {
  private let state: Mutex<OwnershipState>
  private let plan: AddressPlan
  private let thread: Mutex<LoopThread?> = Mutex(nil)
  private let waker = Mutex<Waker?>(nil)
  private let isStopping = Mutex(false)

  /// Begins to watch all gateways of a lab; all of them count.
  ///
  /// - Parameter keepsTransitions: whether every single change is kept, for `takeTransitions`.
  /// - Throws: `LabError`, when a socket cannot be opened.
  public init(_ network: some GatewayNetwork, keepsTransitions: Bool = false) throws(LabError) {
    plan = network.plan
    var initial = OwnershipState(
      vnis: plan.vnis, gatewayCount: network.gateways.count, now: BootTimeClock.now)
    if keepsTransitions { initial.keepTransitions() }
    state = Mutex(initial)
    do {
      let sockets = try network.gateways.map { gateway in
        try NetworkNamespace(named: gateway.namespace).run {
          let socket = wmg_open_link_observer()
          guard socket >= 0 else { throw SystemCallError("open a netlink socket in \(gateway.namespace)") }
          return socket
        }
      }
      let started = try LoopThread(name: "observer") { [self] loop in watch(sockets, loop) }
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

  /// What each gateway carries now, by index, counted or not.
  public var owned: [VNISet] { state.withLock { state in state.isUp.indices.map { state.owned(by: $0) } } }

  /// The counted gateways that carry a VNI now.
  public func owners(of vni: VNI) -> [Int] {
    guard let index = plan.index(of: vni) else { return [] }
    return state.withLock { $0.owners(index) }
  }

  /// The owner of each VNI now, in the order of `AddressPlan.vnis`; `nil` where there is none or more than one.
  public var soleOwners: [Int?] {
    state.withLock { state in
      state.vnis.indices.map { index in
        let owners = state.owners(index)
        return owners.count == 1 ? owners[0] : nil
      }
    }
  }

  /// How many VNIs do not have exactly one owner now.
  public var exceptions: Int { state.withLock { $0.exceptions } }

  /// Says whether a gateway counts. Leave it out in the moment it dies: its VNIs are without an owner from then on.
  public func setCounted(_ gateway: Int, _ counts: Bool) {
    state.withLock { $0.setCounted(counts, gateway: gateway, at: BootTimeClock.now) }
  }

  /// Begins a new record; what is amiss now is recorded from now on.
  public func beginRecord() {
    state.withLock { $0.beginRecord(at: BootTimeClock.now) }
  }

  /// What has been recorded since `beginRecord`.
  public func record() -> OwnershipRecord {
    state.withLock { $0.record(at: BootTimeClock.now) }
  }

  /// Takes the changes seen since the last time, in the order they were read; counted gateways or not.
  public func takeTransitions() -> [OwnershipTransition] {
    state.withLock { $0.takeTransitions() }
  }

  /// The longest time since the last call for which one gateway's notifications waited, at most: so much later than it
  /// happened something may have been seen, on top of what the thread itself was late by.
  public func takeLongestReading() -> Duration {
    state.withLock { state in
      defer { state.longestReading = .zero }
      return state.longestReading
    }
  }

  /// Waits until every VNI has had exactly one owner throughout `calm`.
  ///
  /// - Returns: how long it took until that calm began; `nil` if there was none within `patience`.
  public func waitForOneOwnerEach(patience: Duration, calm: Duration = .milliseconds(100)) -> Duration? {
    let start = BootTimeClock.now
    var calmSince: MonotonicInstant?
    while BootTimeClock.now - start < patience {
      let now = BootTimeClock.now
      if exceptions > 0 {
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

  private func watch(_ sockets: [CInt], _ loop: EpollLoop) {
    waker.withLock { $0 = loop.waker }
    loop.onWake { [unowned loop] in
      if self.isStopping.withLock({ $0 }) { loop.stop() }
    }
    var readers = sockets.indices.map { LinkReader(gateway: $0, socket: sockets[$0], plan: plan) }
    for index in readers.indices {
      _ = wmg_request_all_links(sockets[index])
      loop.watch(sockets[index]) { readers[index].read(into: self.state) }
    }
    if !isStopping.withLock({ $0 }) { loop.run() }
    for socket in sockets { close(socket) }
  }
}

/// Reads one gateway's link notifications.
private struct LinkReader {
  let gateway: Int
  let socket: CInt
  let plan: AddressPlan
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  /// When something was first seen to wait that may wait still.
  private var waitingSince: MonotonicInstant?
  private static let turn = 256
  /// VNIs by interface index: a deletion may name an interface that has been renamed.
  private var known: [CInt: Int] = [:]

  init(gateway: Int, socket: CInt, plan: AddressPlan) {
    self.gateway = gateway
    self.socket = socket
    self.plan = plan
  }

  /// Reads some of what waits; the other gateways are to have their turn.
  mutating func read(into state: borrowing Mutex<OwnershipState>) {
    for number in 0..<Self.turn {
      if number % 32 == 0 { noteWaiting(in: state) }
      let count = recv(socket, &buffer, buffer.count, 0)
      if count < 0, errno == ENOBUFS {
        // Notifications were lost: ask for everything.
        _ = wmg_request_all_links(socket)
        continue
      }
      guard count > 0 else {
        noteWaiting(in: state)
        return
      }
      let now = BootTimeClock.now
      let changes = decode(count)
      state.withLock { state in
        for (vni, isUp) in changes { state.set(isUp, gateway: gateway, vni: vni, at: now) }
      }
    }
  }

  /// What waits now has waited since nothing did, at most.
  private mutating func noteWaiting(in state: borrowing Mutex<OwnershipState>) {
    let now = BootTimeClock.now
    let waited = now - (waitingSince ?? now)
    if waited > .zero { state.withLock { $0.longestReading = max($0.longestReading, waited) } }
    var memory = wmg_socket_memory()
    let isEmpty = wmg_socket_memory(socket, &memory) == 0 && memory.waiting_bytes == 0
    waitingSince = isEmpty ? nil : waitingSince ?? now
  }

  private mutating func decode(_ length: Int) -> [(vni: Int, isUp: Bool)] {
    var changes: [(vni: Int, isUp: Bool)] = []
    var offset = 0
    var sighting = wmg_link_sighting()
    while wmg_next_link_sighting(buffer, length, &offset, &sighting) == 1 {
      if sighting.kind == wmg_link_gone.rawValue {
        if let vni = known.removeValue(forKey: sighting.index) { changes.append((vni, false)) }
      } else if sighting.kind == wmg_link_present.rawValue, let vni = vni(of: sighting) {
        known[sighting.index] = vni
        // IF_OPER_UP, and IFF_LOWER_UP for carrier.
        changes.append((vni, sighting.operstate == 6 && sighting.flags & 0x10000 != 0))
      }
    }
    return changes
  }

  private func vni(of sighting: wmg_link_sighting) -> Int? {
    let name = withUnsafeBytes(of: sighting.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    guard name.hasPrefix("vrrp4-"), let number = UInt32(name.dropFirst(6)), let vni = VNI(rawValue: number)
    else { return nil }
    return plan.index(of: vni)
  }
}
