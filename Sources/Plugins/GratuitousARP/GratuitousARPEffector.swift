import Glibc
import LinuxNetworking
import Logging
import WMGFramework

/// Sends gratuitous ARP for the VNIs that the effectors before it have confirmed.
final class GratuitousARPEffector: Effector {
  struct Settings {
    var pattern: InterfaceNamePattern
    var operations: AnnouncementOperations
    var schedule: AnnouncementSchedule.Settings
    var rate: Int
  }

  private var settings: Settings
  private let context: EffectorContext
  private var monitor: RouteMonitor?
  private var socket: PacketSocket?
  private var schedule: AnnouncementSchedule
  /// Taken over, but not announced yet, for this reason.
  private var unannounced: [VNI: String] = [:]
  /// The addresses that each owned VNI was announced with.
  private var announced: [VNI: [IPv4Address]] = [:]
  private var timer: (deadline: MonotonicInstant, EventLoopTimer)?
  private var pace: PacketPace
  private var frames = FrameBatch()
  private var senders: [VNI] = []
  private var isCatchingUpLater = false

  private static let operationDelay = Duration.milliseconds(400)
  // The kernel's queue is full for as long as it takes to send what is in it.
  private static let retryDelay = Duration.milliseconds(10)

  // How long changes may gather.
  private static let breath = Duration.milliseconds(10)

  init(_ settings: Settings, _ context: EffectorContext) {
    self.settings = settings
    self.context = context
    schedule = AnnouncementSchedule(settings.schedule)
    pace = PacketPace(rate: settings.rate)
  }

  func prepare(_ vnis: VNISet) throws {
    if monitor == nil {
      socket = try PacketSocket()
      let monitor = try RouteMonitor()
      self.monitor = monitor
      listen()
    }
    schedule = AnnouncementSchedule(settings.schedule)
    unannounced = [:]
    announced = [:]
    context.report(vnis.map { ($0, .standby) })
  }

  func takeOver(_ vnis: [VNI]) {
    // What the effector before has confirmed is in our own events by now; and we must not send by a stale index.
    let changes = catchUp()
    announceFirst(vnis)
    look(at: changes, except: Set(vnis))
    arm()
  }

  /// No repeat of ours may come after the new owner's first announcement.
  func handOver(_ vnis: [VNI]) {
    for vni in vnis { schedule.end(vni) }
    arm()
  }

  func release(_ vnis: [VNI]) {
    for vni in vnis {
      schedule.end(vni)
      unannounced[vni] = nil
      announced[vni] = nil
    }
    context.report(vnis.map { ($0, .standby) })
    arm()
  }

  func refresh(_ vnis: [VNI]) {
    let now = context.loop.now
    for vni in vnis { schedule.restart(vni, at: now) }
    arm()
  }

  func reconfigure(_ options: PluginOptionValues) {
    let pattern = settings.pattern
    settings = GratuitousARPPlugin().settings(options)
    settings.pattern = pattern
    schedule.reconfigure(settings.schedule, at: context.loop.now)
    pace.rate = settings.rate
    arm()
  }

  func stop() {
    if let timer { context.loop.cancel(timer.1) }
    if let monitor { context.loop.unwatch(monitor.fileDescriptor) }
    timer = nil
    monitor = nil
    socket = nil
    schedule = AnnouncementSchedule(settings.schedule)
    unannounced = [:]
    announced = [:]
  }

  // MARK: - First announcements

  /// Announces at once and in one go, and reports each VNI.
  private func announceFirst(_ vnis: [VNI]) {
    var outcomes: [(vni: VNI, outcome: EffectorOutcome)] = []
    var ready: [VNI] = []
    for vni in vnis {
      switch stage(vni, settings.operations.list.prefix(1)) {
      case .success: ready.append(vni)
      case .failure(let obstacle): outcomes.append(keepWaiting(vni, for: obstacle.reason))
      }
    }
    let failures = sendStaged()
    let now = context.loop.now
    for vni in ready {
      if let code = failures[vni] {
        outcomes.append(keepWaiting(vni, for: "announcing failed: \(SystemCallError.text(of: code))"))
        schedule.begin(vni, at: now)
        schedule.retry(vni, at: now + Self.retryDelay)
      } else {
        schedule.begin(vni, at: now)
        unannounced[vni] = nil
        outcomes.append((vni, .active))
      }
    }
    if !outcomes.isEmpty { context.report(outcomes) }
    if settings.operations.list.count > 1 { announceOtherOperationLater(ready) }
  }

  /// The other operation reaches the clients that the first one did not, and the bridges that a former owner taught
  /// anew: one that stops in order serves until its stop margin (300 ms) is over.
  private func announceOtherOperationLater(_ vnis: [VNI]) {
    context.loop.schedule(at: context.loop.now + Self.operationDelay) { [weak self] in
      self?.announceOtherOperation(vnis)
    }
  }

  private func announceOtherOperation(_ vnis: [VNI]) {
    lookAtChanges()
    for vni in vnis where schedule.contains(vni) { _ = stage(vni, settings.operations.list.dropFirst()) }
    for (vni, code) in sendStaged() where code == ENOBUFS || code == EAGAIN {
      schedule.retry(vni, at: context.loop.now + Self.retryDelay)
    }
    arm()
  }

  private func keepWaiting(_ vni: VNI, for reason: String) -> (vni: VNI, outcome: EffectorOutcome) {
    schedule.end(vni)
    announced[vni] = nil
    unannounced[vni] = reason
    return (vni, .failed(reason: reason))
  }

  private struct Obstacle: Error {
    var reason: String
  }

  /// Puts a VNI's frames into the batch.
  private func stage(
    _ vni: VNI, _ operations: ArraySlice<ARPFrame.Operation>
  ) -> Result<Void, Obstacle> {
    let name = settings.pattern.name(of: vni)
    guard let monitor, let link = monitor.links[name] else {
      return .failure(Obstacle(reason: "\(name) is missing, so VNI \(vni) cannot be announced"))
    }
    guard link.flags.isSuperset(of: [.running, .lowerUp]) else {
      return .failure(Obstacle(reason: "\(name) is not UP, so VNI \(vni) cannot be announced"))
    }
    let addresses = monitor.addresses[link.index]
    guard let mac = link.address, !addresses.isEmpty else {
      return .failure(
        Obstacle(
          reason: "\(name) has no IPv4 address to announce; 'ip address add GATEWAY/PREFIX dev \(name)'"))
    }
    for address in addresses {
      for operation in operations {
        frames.append(.announcement(of: address, at: mac, as: operation), index: link.index)
        senders.append(vni)
      }
    }
    announced[vni] = addresses
    return .success(())
  }

  /// Sends the batch; returns the VNIs for which something failed, with errno.
  private func sendStaged() -> [VNI: CInt] {
    defer {
      frames.removeAll()
      senders.removeAll(keepingCapacity: true)
    }
    var failures: [VNI: CInt] = [:]
    var failed = 0
    let sent =
      socket?.send(frames) { position, code in
        failures[senders[position]] = code
        failed += 1
      } ?? 0
    if sent > 0 { context.counters.add(sent, to: "announcements-sent") }
    if failed > 0 { context.counters.add(failed, to: "announcements-failed") }
    return failures
  }

  // MARK: - Repeats and refreshes

  private func arm() {
    let deadline = schedule.nextDeadline().map { max($0, pace.nextInstant) }
    guard deadline != timer?.deadline else { return }
    if let timer { context.loop.cancel(timer.1) }
    timer = deadline.map { deadline in
      (
        deadline,
        context.loop.schedule(at: deadline) { [weak self] in
          self?.timer = nil
          self?.sendDue()
        }
      )
    }
  }

  private func sendDue() {
    lookAtChanges()
    let now = context.loop.now
    let budget = pace.budget(at: now)
    while frames.count < budget, let vni = schedule.popDue(at: now) {
      // An interface that is not there or not UP waits for its next turn.
      _ = stage(vni, settings.operations.list[...])
    }
    pace.spend(frames.count, at: now)
    let attempted = Set(senders)
    let failures = sendStaged()
    for (vni, code) in failures where code == ENOBUFS || code == EAGAIN {
      schedule.retry(vni, at: now + Self.retryDelay)
    }
    let recovered = attempted.filter { failures[$0] == nil && unannounced[$0] != nil }
    for vni in recovered { unannounced[vni] = nil }
    if !recovered.isEmpty { context.report(recovered.map { ($0, .active) }) }
    arm()
  }

  // MARK: - Changes

  /// Looks at changes as they come, but not at each by itself: the interfaces that are switched just now would wake
  /// this thread twice each, on the cost of the thread that switches them. A takeover looks by itself.
  private func listen() {
    guard let monitor else { return }
    context.loop.watch(monitor.fileDescriptor) { [unowned self, unowned monitor] in
      context.loop.unwatch(monitor.fileDescriptor)
      lookAtChanges()
      context.loop.schedule(at: context.loop.now + Self.breath) { [weak self] in self?.listen() }
    }
  }

  private func lookAtChanges() {
    look(at: catchUp(), except: [])
    arm()
  }

  private func catchUp() -> RouteChanges {
    do {
      let changes = try monitor?.catchUp() ?? RouteChanges()
      if changes.isEverything { context.counters.add(to: "netlink-overruns") }
      return changes
    } catch {
      context.logger.error("cannot follow the kernel's interfaces: \(error)")
      catchUpLater()
      return RouteChanges()
    }
  }

  /// What could not be read is not announced again by an event.
  private func catchUpLater() {
    guard !isCatchingUpLater else { return }
    isCatchingUpLater = true
    context.loop.schedule(at: context.loop.now + .seconds(1)) { [weak self] in
      guard let self else { return }
      isCatchingUpLater = false
      lookAtChanges()
    }
  }

  /// Announces what can be announced now and could not before: an address or an interface has come.
  private func look(at changes: RouteChanges, except known: Set<VNI>) {
    guard !changes.isEmpty, let monitor else { return }
    let changed =
      changes.isEverything
      ? Array(schedule.vnis) + unannounced.keys
      : changes.names.compactMap { settings.pattern.vni(of: $0) }
    var fresh: [VNI] = []
    for vni in changed where !known.contains(vni) {
      if unannounced[vni] != nil {
        if case .success = stage(vni, []) { fresh.append(vni) }
        frames.removeAll()
        senders.removeAll(keepingCapacity: true)
      } else if schedule.contains(vni), let link = monitor.links[settings.pattern.name(of: vni)],
        link.flags.contains(.running)
      {
        let before = announced[vni] ?? []
        if monitor.addresses[link.index].contains(where: { !before.contains($0) }) { fresh.append(vni) }
      }
    }
    if !fresh.isEmpty { announceFirst(fresh) }
  }
}
