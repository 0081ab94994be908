// What effectors say of VNIs, and what that changes.
extension Ownership {
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

  mutating func confirm(
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

  mutating func fail(
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

  mutating func drift(
    _ reason: String, _ index: Int, _ position: Int, at now: MonotonicInstant
  ) -> Note? {
    guard !deliberateFaults.contains(.ignoresDrift) else { return nil }
    settle(position)
    // What was active is lost. What could not be made standby, and has changed without being standby now, is there again
    // and may be up; of what was standby it may as well be gone.
    slots[position].mayBeActive = slots[position].commanded == .standby && failures[position] != nil
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

  static let driftsPerSecond = 5

  static func backoff(_ attempts: Int, isHurried: Bool) -> Duration {
    isHurried ? .milliseconds(100) : .backoff(attempts)
  }

  mutating func settle(_ position: Int) {
    guard slots[position].isAwaited else { return }
    slots[position].isAwaited = false
    awaited -= 1
  }
}
