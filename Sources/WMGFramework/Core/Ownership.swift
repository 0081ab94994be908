/// What this gateway should hold, and how far each effector has got with it.
///
/// Per VNI and effector there is a slot: what the effector was last told, and what it has confirmed of that. A VNI that
/// is wanted moves down the chain of effectors as each confirms it; one that is not moves up. Nothing else is kept per
/// VNI, and what is rare (failures, drift) is kept apart from the slots.
struct Ownership {
  enum Standing: UInt8 {
    case unknown, standby, active
  }

  struct Slot {
    var commanded = Standing.unknown
    var confirmed = Standing.unknown
    /// The effector has been told something and has not answered.
    var isAwaited = false
    /// A release does not wait for this slot any longer.
    var isPassedOver = false
    /// It was active, or on its way there, and has not been seen standby or lost since.
    var mayBeActive = false
    var epoch: UInt32 = 0
  }

  /// Why a VNI is not as it should be at one effector, and when it is tried again.
  struct Failure {
    var reason: String
    var attempts: Int
    var retryAt: MonotonicInstant
  }

  /// A release that an effector has not confirmed yet, with the time at which the chain goes on without it.
  struct PendingRelease {
    var deadline: MonotonicInstant
    var effector: Int
    var epoch: UInt32
    var indices: [Int]
  }

  /// Those that are assigned, ascending; behind them those that are on their way out.
  var vnis: [VNI]
  /// How many VNIs are assigned.
  var assignedCount: Int
  /// VNIs that are no longer assigned and not known to be standby yet, with their positions.
  var departing: [VNI: Int] = [:]
  /// VNIs (by position) that have come later and that the effectors have not all made standby yet.
  var preparing: Set<Int> = []
  let effectorCount: Int
  var releasePatience: Duration
  var slots: [Slot]
  var wanted: [Bool]
  var failures: [Int: Failure] = [:]
  /// How many slots are awaited.
  var awaited = 0
  /// How many VNIs are wanted.
  var wantedCount = 0
  /// How many drifted slots are right again.
  var driftRepaired = 0

  /// While frozen, no command leaves: what should be done is remembered.
  var isFrozen = false
  var deliberateFaults: DeliberateFaults = []
  /// While stopping, failures are retried at once a few times rather than with patience.
  var isHurried = false

  var epoch: UInt32 = 0
  var dirty: [Int] = []
  var isDirty: [Bool]
  var pendingReleases: [PendingRelease] = []
  var abandoned: Set<Int> = []
  /// How often slots have drifted in the current second.
  var drifts: [Int: Int] = [:]
  var driftWindowEnd: MonotonicInstant?
  /// Slots that have drifted and are not right again yet.
  var drifted: Set<Int> = []

  init(vnis: [VNI], effectorCount: Int, releasePatience: Duration) {
    self.vnis = vnis
    assignedCount = vnis.count
    self.effectorCount = effectorCount
    self.releasePatience = releasePatience
    slots = Array(repeating: Slot(), count: vnis.count * effectorCount)
    wanted = Array(repeating: false, count: vnis.count)
    isDirty = wanted
  }

  /// Where a VNI is in `vnis`.
  func index(of vni: VNI) -> Int? {
    var low = 0
    var high = assignedCount
    while low < high {
      let middle = (low + high) / 2
      if vnis[middle] < vni { low = middle + 1 } else { high = middle }
    }
    return low < assignedCount && vnis[low] == vni ? low : departing[vni]
  }

  /// Whether every effector has confirmed this of the VNI.
  func isSettled(_ standing: Standing, at index: Int) -> Bool {
    (0..<effectorCount).allSatisfy { slots[position(index, $0)].confirmed == standing }
  }

  /// For how many VNIs `degradation` has something to say.
  var degradedCount: Int { Set(failures.keys.map { $0 / effectorCount }).count }

  /// The reason why a VNI is degraded: that of the first effector in the chain that has one.
  func degradation(at index: Int) -> String? {
    guard !failures.isEmpty else { return nil }
    return (0..<effectorCount).lazy.compactMap { failures[position(index, $0)]?.reason }.first
  }

  // MARK: Wishes

  /// Tells every effector to make every VNI standby, whatever there was before.
  mutating func prepareAll() -> [Directive] {
    epoch &+= 1
    for index in slots.indices {
      slots[index] = Slot(commanded: .standby, isAwaited: true, epoch: epoch)
    }
    awaited = slots.count
    failures = [:]
    return (0..<effectorCount).map { .command(effector: $0, .prepare(epoch: epoch)) }
  }

  /// Says whether this gateway should hold a VNI.
  mutating func want(_ isWanted: Bool, at index: Int) {
    guard wanted[index] != isWanted else { return }
    wanted[index] = isWanted
    wantedCount += isWanted ? 1 : -1
    touch(index)
  }

  /// From now on what fails is tried again every 100 ms, and what has failed before at once.
  mutating func hurry(at now: MonotonicInstant) {
    isHurried = true
    for position in failures.keys { failures[position]?.retryAt = now }
  }

  /// Which of these VNIs (by position) an effector has been told to carry.
  func entrusted(_ indices: [Int], to effector: Int) -> [Int] {
    indices.filter { slots[position($0, effector)].commanded == .active }
  }

  /// The VNIs (by position) that one effector carries, for `refresh`.
  func heldIndices(by effector: Int) -> [Int] {
    vnis.indices.filter { wanted[$0] && slots[position($0, effector)].confirmed == .active }
  }

  /// How many VNIs were released, or should have been, and may be active all the same.
  var possiblyActiveCount: Int {
    Set(failures.keys.filter { slots[$0].mayBeActive }.map { $0 / effectorCount }).count
  }

  /// Expects nothing of an effector any more; the chain goes on without it.
  mutating func giveUp(on effector: Int) {
    abandoned.insert(effector)
    for index in vnis.indices {
      let position = position(index, effector)
      settle(position)
      slots[position].confirmed = slots[position].commanded
      failures[position] = nil
      touch(index)
    }
  }

  func position(_ index: Int, _ effector: Int) -> Int { index * effectorCount + effector }

  mutating func touch(_ index: Int) {
    guard !isDirty[index] else { return }
    isDirty[index] = true
    dirty.append(index)
  }
}
