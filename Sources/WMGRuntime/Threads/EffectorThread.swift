import LinuxNetworking
import Logging
import WMGFramework

/// One effector's thread. It may be as slow as it likes: commands wait for it merged, newest first to count, and nobody
/// waits for its answers.
final class EffectorThread: Sendable {
  fileprivate struct Order: Sendable {
    enum Kind { case add, takeOver, release }

    var kind: Kind
    var epoch: UInt32
    var owner: GatewayID?
  }

  private struct Orders: Sendable {
    var prepare: UInt32?
    var commands: [VNI: Order] = [:]
    /// What has come, also where a newer order waits already: an effector hears of a VNI before it is told to serve it.
    var added: Set<VNI> = []
    var refresh: Set<VNI> = []
    var handOver: Set<VNI> = []
    var keep: Set<VNI> = []
    var forget: Set<VNI> = []
    var options: PluginOptionValues?
    var isStopping = false
    var stop = false
  }

  private let thread: LoopThread
  private let orders: Mailbox<Orders>

  init(
    _ plugin: any EffectorPlugin, _ options: PluginOptionValues, _ configuration: GatewayConfiguration,
    place: Int, logger: Logger, counters: Counters, core: Mailbox<CoreInbox>
  ) throws {
    let orders = OneTime<Mailbox<Orders>>()
    thread = try LoopThread(name: plugin.name) { loop in
      let mailbox = Mailbox(waker: loop.waker) { Orders() }
      orders.set(mailbox)
      let desk = EffectorDesk(configuration.vnis, place: place, core: core)
      let context = EffectorContext(
        configuration: configuration, loop: loop, logger: logger, counters: counters,
        report: { desk.report($0) }, drift: { desk.drift($0) },
        requestRefresh: { desk.requestRefresh($0) })
      Self.run(plugin, options, context, desk, loop, mailbox, core)
    }
    self.orders = orders.wait()
  }

  /// Hands a command over; one for a VNI replaces an earlier one that has not been carried out yet.
  func carryOut(_ command: Directive.Command) {
    orders.send { orders in
      switch command {
      case .prepare(let epoch): orders.prepare = epoch
      case .takeOver(let vnis, let epoch):
        for vni in vnis { orders.commands[vni] = Order(kind: .takeOver, epoch: epoch) }
        orders.handOver.subtract(vnis)
      case .release(let vnis, let owners, let epoch):
        for (vni, owner) in zip(vnis, owners) {
          orders.commands[vni] = Order(kind: .release, epoch: epoch, owner: owner)
        }
      case .refresh(let vnis): orders.refresh.formUnion(vnis)
      case .handOver(let vnis):
        orders.handOver.formUnion(vnis)
        orders.keep.subtract(vnis)
      case .keep(let vnis):
        // Where an order is still waiting, it is newer than what is kept.
        orders.keep.formUnion(vnis.filter { orders.commands[$0] == nil })
        orders.handOver.subtract(vnis)
      case .add(let vnis, let epoch):
        orders.added.formUnion(vnis)
        for vni in vnis { orders.commands[vni] = Order(kind: .add, epoch: epoch) }
      case .forget(let vnis):
        orders.forget.formUnion(vnis)
        orders.added.subtract(vnis)
        for vni in vnis { orders.commands[vni] = nil }
        orders.refresh.subtract(vnis)
        orders.handOver.subtract(vnis)
        orders.keep.subtract(vnis)
      case .prepareToStop: orders.isStopping = true
      }
    }
  }

  /// Has the effector go over to other options.
  func reconfigure(_ options: PluginOptionValues) { orders.send { $0.options = options } }

  func stop() { orders.send { $0.stop = true } }

  private static func run(
    _ plugin: any EffectorPlugin, _ options: PluginOptionValues, _ context: EffectorContext,
    _ desk: EffectorDesk, _ loop: EpollLoop, _ orders: Mailbox<Orders>, _ core: Mailbox<CoreInbox>
  ) {
    var effector: (any Effector)?
    func fail(_ error: any Error) {
      core.send { $0.failures.append(pluginFailure(error, of: plugin.name, effector: desk.place)) }
    }
    do {
      effector = try plugin.makeEffector(options, context: context)
      core.send { $0.started += 1 }
    } catch {
      fail(error)
    }
    loop.onWake {
      let taken = orders.take()
      if let epoch = taken.prepare {
        desk.isHanded(context.configuration.vnis, epoch: epoch)
        do {
          try effector?.prepare(context.configuration.vnis)
        } catch {
          fail(error)
        }
      }
      // Whatever is asked of a forgotten VNI, was asked later.
      if !taken.forget.isEmpty {
        desk.forget(taken.forget)
        effector?.forget(VNISet(taken.forget))
      }
      if let options = taken.options {
        do {
          try effector?.reconfigure(options)
        } catch {
          context.logger.error("new options not taken: \(error)")
        }
      }
      let additions = taken.commands.filter { $0.value.kind == .add }
      desk.isHanded(additions)
      if !taken.added.isEmpty { effector?.add(VNISet(taken.added)) }
      // A report is stamped with the command that had been handed over when it was made; so a release is not handed
      // over before the takeovers are through.
      let takeovers = taken.commands.filter { $0.value.kind == .takeOver }
      desk.isHanded(takeovers)
      if !takeovers.isEmpty { effector?.takeOver(takeovers.keys.sorted()) }
      if !taken.keep.isEmpty { effector?.takeOver(taken.keep.sorted()) }
      if !taken.handOver.isEmpty { effector?.handOver(taken.handOver.sorted()) }
      if taken.isStopping { effector?.prepareToStop() }
      let releases = taken.commands.filter { $0.value.kind == .release }
      desk.isHanded(releases)
      if !releases.isEmpty {
        let vnis = releases.keys.sorted()
        effector?.release(vnis, to: vnis.map { releases[$0]?.owner })
      }
      let refresh = taken.refresh.subtracting(releases.keys).subtracting(taken.handOver).sorted()
      if !refresh.isEmpty { effector?.refresh(refresh) }
      if taken.stop {
        effector?.stop()
        effector = nil
        loop.stop()
      }
    }
    loop.run()
    core.send { $0.finished += 1 }
  }
}

/// Stamps an effector's reports with the command that it had been handed when it made them.
private final class EffectorDesk {
  let place: Int
  private let core: Mailbox<CoreInbox>
  private var epochs: [VNI: UInt32] = [:]

  init(_ vnis: VNISet, place: Int, core: Mailbox<CoreInbox>) {
    self.place = place
    self.core = core
    epochs.reserveCapacity(vnis.count)
  }

  func isHanded(_ vnis: VNISet, epoch: UInt32) {
    for vni in vnis { epochs[vni] = epoch }
  }

  func isHanded(_ commands: [VNI: EffectorThread.Order]) {
    for (vni, command) in commands { epochs[vni] = command.epoch }
  }

  func forget(_ vnis: Set<VNI>) {
    for vni in vnis { epochs[vni] = nil }
  }

  func report(_ outcomes: [(vni: VNI, outcome: EffectorOutcome)]) {
    send(outcomes.map { ($0.vni, .outcome($0.outcome)) })
  }

  func drift(_ drifts: [(vni: VNI, reason: String)]) {
    send(drifts.map { ($0.vni, .drift(reason: $0.reason)) })
  }

  func requestRefresh(_ vnis: [VNI]) {
    for start in stride(from: 0, to: vnis.count, by: 1024) {
      core.send { $0.refreshRequests.formUnion(vnis[start..<min(start + 1024, vnis.count)]) }
    }
  }

  private func send(_ contents: [(vni: VNI, content: EffectReport.Content)]) {
    guard !contents.isEmpty else { return }
    let reports = contents.compactMap { vni, content in
      epochs[vni].map { EffectReport(vni: vni, epoch: $0, content: content) }
    }
    // The heartbeat publishes into the same mailbox: it must not wait for a million reports.
    for start in stride(from: 0, to: reports.count, by: 1024) {
      core.send { inbox in
        for report in reports[start..<min(start + 1024, reports.count)] { inbox.add(report, from: place) }
      }
    }
  }
}
