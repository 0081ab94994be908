// From what is wanted and what is confirmed to the commands that bring the one nearer to the other.
extension Ownership {
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
    for effector in 0..<effectorCount {
      // At the first of the chain a release ends: nothing waits for that one.
      let waited = batch.additions[effector] + (effector > 0 ? batch.releases[effector] : [])
      guard !waited.isEmpty else { continue }
      let release = PendingRelease(
        deadline: now + releasePatience, effector: effector, epoch: epoch, indices: waited)
      // The patience may have changed: what comes later may be due earlier.
      let place = pendingReleases.lastIndex { $0.deadline <= release.deadline }.map { $0 + 1 } ?? 0
      pendingReleases.insert(release, at: place)
    }
    let directives = batch.directives(vnis: vnis, owner: owner, epoch: epoch)
    if !batch.departed.isEmpty { dropDeparted() }
    return directives
  }

  /// When `flush` has something to do even if nothing happens before; `nil` if it has not.
  var nextDeadline: MonotonicInstant? {
    guard !isFrozen else { return nil }
    let retry = failures.values.lazy.map(\.retryAt).min()
    return [retry, pendingReleases.first?.deadline].compactMap { $0 }.min()
  }

  mutating func advance(_ index: Int, _ batch: inout CommandBatch) {
    if index >= assignedCount {
      guard departing[vnis[index]] == index else { return }
      guard !hasDeparted(index) else {
        depart(index, &batch)
        return
      }
    } else if preparing.contains(index) {
      guard isPrepared(index, &batch) else { return }
      preparing.remove(index)
    }
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
  func needsTelling(_ slot: Slot, _ position: Int) -> Bool {
    slot.confirmed != slot.commanded && !slot.isAwaited && failures[position] == nil
  }

  mutating func command(
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
    } else if preparing.contains(index) {
      batch.additions[effector].append(index)
    } else {
      batch.releases[effector].append(index)
    }
  }

  mutating func retryFailures(_ batch: inout CommandBatch, at now: MonotonicInstant) {
    guard !deliberateFaults.contains(.noRetries) else { return }
    for (position, failure) in failures where failure.retryAt <= now {
      // Counted again from the answer; if none comes, tried again all the same.
      failures[position]?.retryAt = now + .seconds(60)
      let slot = slots[position]
      guard slot.commanded != .unknown else { continue }
      // To be tried once more, a takeover has to be wanted still; otherwise its release comes next.
      guard slot.commanded == .standby || wanted[position / effectorCount] else { continue }
      let isPassedOver = slot.isPassedOver
      command(slot.commanded, position / effectorCount, position % effectorCount, &batch)
      slots[position].isPassedOver = isPassedOver
    }
  }

  mutating func passOverLateReleases(at now: MonotonicInstant) {
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
}
