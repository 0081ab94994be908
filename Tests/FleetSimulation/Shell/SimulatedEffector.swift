import WMGFramework

/// One effector with its thread: what it has been told, and what it is about to do. Mirrors `EffectorThread` and
/// `EffectorDesk` of WMGRuntime (orders merge, the latest for a VNI counts, reports are stamped with the command that
/// was handed over) and, for the first of the chain, what `MacvlanEffector` makes of changes from outside.
struct SimulatedEffector {
  struct Order {
    enum Kind {
      case add, takeOver, release
    }

    var kind: Kind
    var epoch: UInt32
  }

  /// What the core has been told of a VNI.
  enum Told {
    case nothing
    case pending
    case confirmed
    /// An event will tell when a hindered one can be switched; of others none will.
    case failed(isHindered: Bool)
    case drifted
  }

  /// One call of an effector's method.
  enum Job {
    case bring(isActive: Bool, [Int], [UInt32])
    case refresh([Int])
  }

  private var orders: [Int: Order] = [:]
  private var prepareEpoch: UInt32?
  private var refresh: Set<Int> = []
  private var jobs: [Job] = []
  private var place = 0
  /// Its thread has been woken and has not looked yet.
  var isWoken = false
  /// It is in the middle of a job.
  var current: Job?
  /// The command that each VNI was last handed with.
  var epochs: [UInt32?]
  var wanted: [Bool?]
  var told: [Told]

  init(vniCount: Int) {
    epochs = Array(repeating: nil, count: vniCount)
    wanted = Array(repeating: nil, count: vniCount)
    told = Array(repeating: .nothing, count: vniCount)
  }

  var isIdle: Bool { current == nil && place >= jobs.count && orders.isEmpty && prepareEpoch == nil }

  mutating func accept(_ command: Directive.Command, _ index: (VNI) -> Int) {
    switch command {
    case .prepare(let epoch): prepareEpoch = epoch
    case .takeOver(let vnis, let epoch): order(.takeOver, vnis.map(index), epoch)
    case .release(let vnis, _, let epoch): order(.release, vnis.map(index), epoch)
    case .add(let vnis, let epoch): order(.add, vnis.map(index), epoch)
    case .refresh(let vnis): refresh.formUnion(vnis.map(index))
    // What they change is not to be seen in ownership.
    case .handOver, .keep, .forget, .prepareToStop: break
    }
  }

  private mutating func order(_ kind: Order.Kind, _ vnis: [Int], _ epoch: UInt32) {
    for vni in vnis { orders[vni] = Order(kind: kind, epoch: epoch) }
  }

  /// The next thing to do, if there is any; whatever waits is taken when all that was taken before is done.
  mutating func takeJob() -> Job? {
    if place >= jobs.count { takeOrders() }
    guard place < jobs.count else { return nil }
    defer { place += 1 }
    current = jobs[place]
    if case .bring(_, let vnis, let epochs) = jobs[place] {
      for (vni, epoch) in zip(vnis, epochs) { self.epochs[vni] = epoch }
    }
    return current
  }

  private mutating func takeOrders() {
    jobs.removeAll(keepingCapacity: true)
    place = 0
    if let epoch = prepareEpoch {
      let all = Array(epochs.indices)
      jobs.append(.bring(isActive: false, all, all.map { _ in epoch }))
    }
    for kind in [Order.Kind.add, .takeOver, .release] {
      let vnis = orders.filter { $0.value.kind == kind }.keys.sorted()
      guard !vnis.isEmpty else { continue }
      jobs.append(.bring(isActive: kind == .takeOver, vnis, vnis.map { orders[$0]?.epoch ?? 0 }))
    }
    let released = orders.filter { $0.value.kind == .release }.keys
    refresh.subtract(released)
    if !refresh.isEmpty { jobs.append(.refresh(refresh.sorted())) }
    prepareEpoch = nil
    orders = [:]
    refresh = []
  }
}
