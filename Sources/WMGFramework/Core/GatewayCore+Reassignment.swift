import Logging

// How the core goes from a view to wishes: who owns what now, and who has to hear of it again.
extension GatewayCore {
  mutating func reassign(at now: MonotonicInstant) {
    // Whoever is isolated cannot know who else is alive: it takes nothing new, and gives nothing up.
    guard isolation == nil || deliberateFaults.contains(.takesOverWhileIsolated) else { return }
    let view = membership.view
    guard view != assignment.gateways || !viewReasons.isEmpty else { return }
    let isFirst = assignment.gateways.isEmpty
    let competitorsChanged = view != assignment.gateways
    let changes = assignment.update(to: view)
    tally.viewChanges += competitorsChanged ? 1 : 0
    giveAdvice(view)
    var isLeaving = false
    if case .leaving = phase { isLeaving = true }
    // Until then the others take a leaving gateway for alive, and leave to it what falls to it: when several stop at
    // once, nobody else would serve that.
    let takesOver = !isLeaving || !hasHandedOver
    guard view.contains(configuration.uid) else { return }
    var log = OwnershipLog(uid: configuration.uid, reason: viewReasons.joined(separator: ", "))
    viewReasons = []
    var changed = changes[...]
    var reassigned = exchange(&reassigned, with: [])[...]
    let held = ownership.wantedCount
    // Gateways that start together take what is another's for a moment: nobody depends on that yet.
    let isEstablished = servesSince.map { now - $0 >= configuration.effectiveClaimDelay } ?? true
    let overlap = isEstablished ? configuration.handoverOverlap : .zero
    var handedOver: [Int] = []
    var kept: [Int] = []
    for (index, isOwner) in assignment.ownership(of: configuration.uid).enumerated() {
      var from: GatewayID?
      // Changes ascend as the indices do.
      if let change = changed.first, change.index == index {
        from = change.from
        changed.removeFirst()
      }
      if let change = reassigned.first, change.index == index {
        from = change.from
        reassigned.removeFirst()
      }
      let isOurs = isOwner && (takesOver || ownership.wanted[index])
      // What is held for its new owner counts as let go.
      let isHeld = ownership.wanted[index] && !handovers.isPending(index)
      guard isOurs != isHeld else { continue }
      if isOurs {
        // Its handover, or even its release, may be under way: whoever carries it still is to claim it again.
        handovers.cancel(index)
        kept.append(index)
        ownership.want(true, at: index)
      } else if overlap > .zero {
        handedOver.append(index)
      } else {
        ownership.want(false, at: index)
      }
      tally.takeovers += isOurs ? 1 : 0
      tally.releases += isOurs ? 0 : 1
      log.add(
        assignment.vnis[index], from: isOurs ? from : configuration.uid,
        to: assignment.owner(at: index))
    }
    handovers.hold(handedOver, until: now + overlap)
    handOver(handedOver)
    keep(kept)
    directives += log.entries.map { .log($0) }
    // What is handed over settles when its time has come.
    if ownership.wantedCount > 0, log.count > handedOver.count { takeoverBegan = now }
    // Whoever announced last is believed: after a competitor has come or gone, that has to be us.
    // A gateway that is leaving must not be the last: the others are just taking over from it.
    if competitorsChanged, !isFirst, !isLeaving, held > 0 { announceHeldAgain() }
  }

  /// Has the chain claim these (by position) no longer, the last effector first, as with a release.
  mutating func handOver(_ indices: [Int]) {
    guard !indices.isEmpty else { return }
    let vnis = indices.map { ownership.vnis[$0] }
    directives += (0..<ownership.effectorCount).reversed().map { .command(effector: $0, .handOver(vnis)) }
  }

  /// Has the chain claim these (by position) again.
  mutating func keep(_ indices: [Int]) {
    for effector in 0..<ownership.effectorCount {
      let vnis = ownership.entrusted(indices, to: effector).map { ownership.vnis[$0] }
      if !vnis.isEmpty { directives.append(.command(effector: effector, .keep(vnis))) }
    }
  }

  /// Lets go what has been held for its new owner for long enough.
  mutating func finishHandovers(at now: MonotonicInstant) {
    let due = handovers.takeDue(at: now)
    for index in due { ownership.want(false, at: index) }
    if !due.isEmpty { takeoverBegan = now }
  }

  /// Has every effector announce again what is held: all of it, or what is asked for.
  mutating func announceHeldAgain(_ isAskedFor: (VNI) -> Bool = { _ in true }) {
    guard !deliberateFaults.contains(.neverAnnouncesAgain) else { return }
    for effector in 0..<ownership.effectorCount {
      // The new owner's announcement must be the last.
      let held = ownership.heldIndices(by: effector).filter { !handovers.isPending($0) }
        .map { ownership.vnis[$0] }.filter(isAskedFor)
      if !held.isEmpty { directives.append(.command(effector: effector, .refresh(held))) }
    }
  }

  mutating func giveAdvice(_ view: [GatewayID]) {
    // A strategy may put figures into its text; it must not fill memory and log with them.
    guard advice.count < 16, let text = strategy.advice(for: view.span), advice.insert(text).inserted
    else { return }
    say(.warning, text)
  }

  mutating func noteTakeoverDone(at now: MonotonicInstant) {
    guard let began = takeoverBegan, ownership.awaited == 0 else { return }
    takeoverBegan = nil
    say(
      .info, "settled",
      [
        "held": "\(ownership.wantedCount)", "degraded": "\(ownership.degradedCount)",
        "after": "\(seconds(now - began))",
      ])
  }
}
