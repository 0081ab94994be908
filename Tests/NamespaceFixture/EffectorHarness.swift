import Glibc
public import LinuxNetworking
import Logging
import Synchronization
public import WMGFramework

/// Runs one effector on a thread of its own inside a namespace, as the runtime does, and keeps what it tells.
public final class EffectorHarness: Sendable {
  /// What an effector has told.
  public struct Told: Sendable {
    /// The last outcome of each VNI.
    public var outcomes: [VNI: EffectorOutcome] = [:]
    /// All drifts in order.
    public var drifts: [(vni: VNI, reason: String)] = []
    /// How many outcomes there were in all.
    public var outcomeCount = 0
    /// How many times `report` was called.
    public var reportCount = 0
    /// Why `prepare` failed.
    public var preparationError: String?
  }

  /// The effector's figures.
  public let counters = Counters()
  private let told = Mutex(Told())
  private let work = Mutex<[@Sendable (any Effector) -> Void]>([])
  private let isStopping = Atomic<Bool>(false)
  private let waker = Mutex<Waker?>(nil)
  private let thread = Mutex<LoopThread?>(nil)
  private let next = Mutex<(@Sendable ([VNI]) -> Void)?>(nil)

  /// Starts the thread; `answersDrift` does at once what the core does: what was asked last is asked again.
  public init(
    _ plugin: any EffectorPlugin, _ options: PluginOptionValues = PluginOptionValues(),
    in namespace: NetworkNamespace, vnis: VNISet, answersDrift: Bool = false
  ) throws {
    guard let uid = GatewayID(rawValue: 1) else { return }
    let configuration = GatewayConfiguration(uid: uid, vnis: vnis)
    let counters = counters
    let loopThread = try LoopThread(name: plugin.name) { [self] loop in
      do {
        try namespace.enter()
        var logger = Logger(label: plugin.name)
        logger.logLevel = .warning
        let context = EffectorContext(
          configuration: configuration, loop: loop, logger: logger, counters: counters,
          report: { [self] outcomes in take(outcomes) },
          drift: { [self] drifts in
            told.withLock { $0.drifts += drifts }
            if answersDrift { answer(drifts.map(\.vni)) }
          })
        let effector = try plugin.makeEffector(options, context: context)
        loop.onWake { [self] in
          let batch = work.withLock { work in
            defer { work = [] }
            return work
          }
          for item in batch { item(effector) }
          if isStopping.load(ordering: .acquiring) { loop.stop() }
        }
        waker.withLock { $0 = loop.waker }
        loop.run()
        effector.stop()
      } catch {
        told.withLock { $0.preparationError = "\(error)" }
      }
    }
    thread.withLock { $0 = loopThread }
    _ = eventually { waker.withLock { $0 != nil } || snapshot.preparationError != nil }
  }

  /// What has been told so far.
  public var snapshot: Told { told.withLock { $0 } }

  /// Forgets the drifts seen so far.
  public func forgetDrifts() { told.withLock { $0.drifts = [] } }

  /// Hands VNIs that become active to the next effector of the chain.
  public func chain(to next: EffectorHarness) {
    self.next.withLock { $0 = { next.takeOver($0) } }
  }

  /// As `Effector.prepare`.
  public func prepare(_ vnis: VNISet) {
    submit { [self] effector in
      do { try effector.prepare(vnis) } catch { told.withLock { $0.preparationError = "\(error)" } }
    }
  }

  /// As `Effector.takeOver`.
  public func takeOver(_ vnis: some Sequence<VNI>) {
    let vnis = Array(vnis)
    wanted.withLock { for vni in vnis { $0[vni] = true } }
    submit { $0.takeOver(vnis) }
  }

  /// As `Effector.release`.
  public func release(_ vnis: some Sequence<VNI>) {
    let vnis = Array(vnis)
    wanted.withLock { for vni in vnis { $0[vni] = false } }
    submit { $0.release(vnis) }
  }

  /// As `Effector.add`.
  public func add(_ vnis: VNISet) { submit { $0.add(vnis) } }

  /// As `Effector.forget`.
  public func forget(_ vnis: VNISet) { submit { $0.forget(vnis) } }

  /// As `Effector.reconfigure`.
  public func reconfigure(_ options: PluginOptionValues) {
    submit { [self] effector in
      do { try effector.reconfigure(options) } catch { told.withLock { $0.preparationError = "\(error)" } }
    }
  }

  /// As `Effector.handOver`.
  public func handOver(_ vnis: some Sequence<VNI>) {
    let vnis = Array(vnis)
    submit { $0.handOver(vnis) }
  }

  /// As `Effector.refresh`.
  public func refresh(_ vnis: some Sequence<VNI>) {
    let vnis = Array(vnis)
    submit { $0.refresh(vnis) }
  }

  /// Stops the effector and its thread.
  public func stop() {
    isStopping.store(true, ordering: .releasing)
    waker.withLock { $0 }?.wake()
    let thread = thread.withLock { $0 }
    thread?.join()
  }

  /// Waits until every one of `vnis` has this outcome.
  public func reaches(
    _ outcome: EffectorOutcome, _ vnis: some Sequence<VNI>, within limit: Duration = .seconds(20)
  ) -> Bool {
    let vnis = Array(vnis)
    return eventually(within: limit) {
      told.withLock { told in vnis.allSatisfy { told.outcomes[$0] == outcome } }
    }
  }

  /// The reason for which a VNI has failed, once it has.
  public func failure(_ vni: VNI, within limit: Duration = .seconds(5)) -> String? {
    var reason: String?
    _ = eventually(within: limit) {
      if case .failed(let text)? = snapshot.outcomes[vni] { reason = text }
      return reason != nil
    }
    return reason
  }

  private let wanted = Mutex<[VNI: Bool]>([:])

  private func answer(_ vnis: [VNI]) {
    let active = wanted.withLock { wanted in vnis.filter { wanted[$0] == true } }
    let standby = vnis.filter { !active.contains($0) }
    if !active.isEmpty { submit { $0.takeOver(active) } }
    if !standby.isEmpty { submit { $0.release(standby) } }
  }

  private func take(_ outcomes: [(vni: VNI, outcome: EffectorOutcome)]) {
    told.withLock { told in
      for (vni, outcome) in outcomes { told.outcomes[vni] = outcome }
      told.outcomeCount += outcomes.count
      told.reportCount += 1
    }
    if let next = next.withLock({ $0 }) {
      next(outcomes.compactMap { $0.outcome == .active ? $0.vni : nil })
    }
  }

  private func submit(_ item: @escaping @Sendable (any Effector) -> Void) {
    work.withLock { $0.append(item) }
    waker.withLock { $0 }?.wake()
  }
}
