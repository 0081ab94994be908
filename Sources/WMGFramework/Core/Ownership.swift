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
  private struct PendingRelease {
    var deadline: MonotonicInstant
    var effector: Int
    var epoch: UInt32
    var indices: [Int]
  }

  let vnis: [VNI]
  let effectorCount: Int
  private let releasePatience: Duration
  private(set) var slots: [Slot]
  private(set) var wanted: [Bool]
  private(set) var failures: [Int: Failure] = [:]
  /// How many slots are awaited.
  private(set) var awaited = 0
  /// How many VNIs are wanted.
  private(set) var wantedCount = 0
  /// How many drifted slots are right again.
  private(set) var driftRepaired = 0

  /// While frozen, no command leaves: what should be done is remembered.
  var isFrozen = false
  /// While stopping, failures are retried at once a few times rather than with patience.
  private var isHurried = false

  private var epoch: UInt32 = 0
  private var dirty: [Int] = []
  private var isDirty: [Bool]
  private var pendingReleases: [PendingRelease] = []
  private var abandoned: Set<Int> = []
  /// How often slots have drifted in the current second.
  private var drifts: [Int: Int] = [:]
  private var driftWindowEnd: MonotonicInstant?
  /// Slots that have drifted and are not right again yet.
  private var drifted: Set<Int> = []

  init(vnis: [VNI], effectorCount: Int, releasePatience: Duration) {
    self.vnis = vnis
    self.effectorCount = effectorCount
    self.releasePatience = releasePatience
    slots = Array(repeating: Slot(), count: vnis.count * effectorCount)
    wanted = Array(repeating: false, count: vnis.count)
    isDirty = wanted
  }

  /// Where a VNI is in `vnis`.
  func index(of vni: VNI) -> Int? {
    var low = 0
    var high = vnis.count
    while low < high {
      let middle = (low + high) / 2
      if vnis[middle] < vni { low = middle + 1 } else { high = middle }
    }
    return low < vnis.count && vnis[low] == vni ? low : nil
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

  // MARK: Answers

  /// What `take` found worth telling.
  enum Note: Equatable {
    case confirmed(active: Bool)
    case degraded(reason: String)
    case recovered
    case drifted(reason: String)
  }

  /// Takes an effector's word on one VNI.
  ///
  /// - Returns: What an operator should know of it, or `nil`.
  mutating func take(_ report: EffectReport, from effector: Int, at now: MonotonicInstant) -> Note? {
    guard (0..<effectorCount).contains(effector), !abandoned.contains(effector),
      let index = index(of: report.vni)
    else { return nil }
    let position = position(index, effector)
    guard slots[position].epoch == report.epoch, slots[position].commanded != .unknown else { return nil }
    switch report.content {
    case .outcome(.active): return confirm(.active, index, position, at: now)
    case .outcome(.standby): return confirm(.standby, index, position, at: now)
    case .outcome(.failed(let reason)): return fail(reason, index, position, at: now)
    case .drift(let reason): return drift(reason, index, position, at: now)
    }
  }

  private mutating func confirm(
    _ standing: Standing, _ index: Int, _ position: Int, at now: MonotonicInstant
  ) -> Note? {
    guard slots[position].commanded == standing else {
      return drift("reported \(standing) after \(slots[position].commanded)", index, position, at: now)
    }
    guard slots[position].confirmed != standing else { return nil }
    settle(position)
    slots[position].confirmed = standing
    slots[position].mayBeActive = standing == .active
    if drifted.remove(position) != nil { driftRepaired += 1 }
    touch(index)
    if failures.removeValue(forKey: position) != nil { return .recovered }
    return isSettled(standing, at: index) ? .confirmed(active: standing == .active) : nil
  }

  private mutating func fail(
    _ reason: String, _ index: Int, _ position: Int, at now: MonotonicInstant
  ) -> Note? {
    settle(position)
    slots[position].confirmed = .unknown
    slots[position].isPassedOver = true
    let known = failures[position]
    let attempts = (known?.attempts ?? 0) + 1
    failures[position] = Failure(
      reason: reason, attempts: attempts, retryAt: now + Self.backoff(attempts, isHurried: isHurried))
    touch(index)
    return known?.reason == reason ? nil : .degraded(reason: reason)
  }

  private mutating func drift(
    _ reason: String, _ index: Int, _ position: Int, at now: MonotonicInstant
  ) -> Note? {
    settle(position)
    slots[position].mayBeActive = false
    slots[position].confirmed = .unknown
    slots[position].isPassedOver = false
    if driftWindowEnd.map({ now >= $0 }) ?? true {
      drifts = [:]
      driftWindowEnd = now + .seconds(1)
    }
    let count = (drifts[position] ?? 0) + 1
    drifts[position] = count
    drifted.insert(position)
    touch(index)
    // Another program may be setting it too; two programs must not chase each other at the speed of netlink.
    if count > Self.driftsPerSecond {
      return fail(
        "\(reason); more than \(Self.driftsPerSecond) times within a second: is another program setting it?",
        index, position,
        at: now)
    }
    failures[position] = nil
    return .drifted(reason: reason)
  }

  private static let driftsPerSecond = 5

  private static func backoff(_ attempts: Int, isHurried: Bool) -> Duration {
    isHurried ? .milliseconds(100) : .seconds(min(60, 1 << min(attempts - 1, 6)))
  }

  private mutating func settle(_ position: Int) {
    guard slots[position].isAwaited else { return }
    slots[position].isAwaited = false
    awaited -= 1
  }

  // MARK: Commands

  /// The commands that bring every VNI one step nearer to what is wanted.
  ///
  /// - Parameter owner: Who has the VNI at a position now, if not this gateway.
  mutating func flush(
    at now: MonotonicInstant, owner: (Int) -> GatewayID? = { _ in nil }
  ) -> [Directive] {
    guard !isFrozen else { return [] }
    epoch &+= 1
    var batch = CommandBatch(effectorCount: effectorCount)
    retryFailures(&batch, at: now)
    passOverLateReleases(at: now)
    // Indices may be touched again by what happens here; those wait for the next flush.
    let touched = dirty
    dirty.removeAll(keepingCapacity: true)
    for index in touched {
      isDirty[index] = false
      advance(index, &batch)
    }
    for effector in 1..<max(1, effectorCount) where !batch.releases[effector].isEmpty {
      pendingReleases.append(
        PendingRelease(
          deadline: now + releasePatience, effector: effector, epoch: epoch,
          indices: batch.releases[effector]))
    }
    return batch.directives(vnis: vnis, owner: owner, epoch: epoch)
  }

  /// When `flush` has something to do even if nothing happens before; `nil` if it has not.
  var nextDeadline: MonotonicInstant? {
    guard !isFrozen else { return nil }
    let retry = failures.values.lazy.map(\.retryAt).min()
    return [retry, pendingReleases.first?.deadline].compactMap { $0 }.min()
  }

  private mutating func advance(_ index: Int, _ batch: inout CommandBatch) {
    if wanted[index] {
      var isReached = true
      for effector in 0..<effectorCount {
        let slot = slots[position(index, effector)]
        if isReached {
          if slot.commanded != .active || needsTelling(slot, position(index, effector)) {
            command(.active, index, effector, &batch)
          }
          isReached = slots[position(index, effector)].confirmed == .active
        } else if slot.commanded == .active {
          // What is down the chain must not go on as if the effector before it still carried the VNI.
          command(.standby, index, effector, &batch)
        }
      }
    } else {
      for effector in (0..<effectorCount).reversed() {
        let slot = slots[position(index, effector)]
        if slot.commanded != .standby || needsTelling(slot, position(index, effector)) {
          command(.standby, index, effector, &batch)
        }
        let told = slots[position(index, effector)]
        guard told.confirmed == .standby || told.isPassedOver else { return }
      }
    }
  }

  /// A slot that has drifted is told again; one that has failed waits for its retry.
  private func needsTelling(_ slot: Slot, _ position: Int) -> Bool {
    slot.confirmed != slot.commanded && !slot.isAwaited && failures[position] == nil
  }

  private mutating func command(
    _ standing: Standing, _ index: Int, _ effector: Int, _ batch: inout CommandBatch
  ) {
    let position = position(index, effector)
    guard !abandoned.contains(effector) else {
      slots[position] = Slot(commanded: standing, confirmed: standing)
      return
    }
    if slots[position].commanded != standing { failures[position] = nil }
    if !slots[position].isAwaited { awaited += 1 }
    let old = slots[position]
    let mayBeActive = old.mayBeActive || (old.isAwaited && old.commanded == .active)
    slots[position] = Slot(
      commanded: standing, isAwaited: true, mayBeActive: mayBeActive, epoch: epoch)
    if standing == .active {
      batch.takeovers[effector].append(index)
    } else {
      batch.releases[effector].append(index)
    }
  }

  private mutating func retryFailures(_ batch: inout CommandBatch, at now: MonotonicInstant) {
    for (position, failure) in failures where failure.retryAt <= now {
      // Counted again from the answer; if none comes, tried again all the same.
      failures[position]?.retryAt = now + .seconds(60)
      let slot = slots[position]
      guard slot.commanded != .unknown else { continue }
      let isPassedOver = slot.isPassedOver
      command(slot.commanded, position / effectorCount, position % effectorCount, &batch)
      slots[position].isPassedOver = isPassedOver
    }
  }

  private mutating func passOverLateReleases(at now: MonotonicInstant) {
    while let release = pendingReleases.first, release.deadline <= now {
      pendingReleases.removeFirst()
      for index in release.indices {
        let position = position(index, release.effector)
        guard slots[position].epoch == release.epoch, slots[position].isAwaited else { continue }
        slots[position].isPassedOver = true
        touch(index)
      }
    }
  }

  private func position(_ index: Int, _ effector: Int) -> Int { index * effectorCount + effector }

  private mutating func touch(_ index: Int) {
    guard !isDirty[index] else { return }
    isDirty[index] = true
    dirty.append(index)
  }
}

/// The commands of one flush, gathered by effector, so that a takeover of 1,000 VNIs is one command.
private struct CommandBatch {
  var takeovers: [[Int]]
  var releases: [[Int]]

  init(effectorCount: Int) {
    takeovers = Array(repeating: [], count: effectorCount)
    releases = takeovers
  }

  func directives(vnis: [VNI], owner: (Int) -> GatewayID?, epoch: UInt32) -> [Directive] {
    var directives: [Directive] = []
    // Takeovers first: a VNI without an owner is worse than one with two for a moment.
    for (effector, indices) in takeovers.enumerated() where !indices.isEmpty {
      let batch = indices.sorted().map { vnis[$0] }
      directives.append(.command(effector: effector, .takeOver(batch, epoch: epoch)))
    }
    for (effector, indices) in releases.enumerated() where !indices.isEmpty {
      let sorted = indices.sorted()
      directives.append(
        .command(
          effector: effector, .release(sorted.map { vnis[$0] }, to: sorted.map(owner), epoch: epoch)))
    }
    return directives
  }
}
