/// The commands of one flush, gathered by effector, so that a takeover of 1,000 VNIs is one command.
struct CommandBatch {
  var takeovers: [[Int]]
  var releases: [[Int]]
  /// VNIs that the effectors do not know yet.
  var additions: [[Int]]
  /// VNIs that all effectors may forget.
  var departed: [Int] = []

  init(effectorCount: Int) {
    takeovers = Array(repeating: [], count: effectorCount)
    releases = takeovers
    additions = takeovers
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
    for (effector, indices) in additions.enumerated() where !indices.isEmpty {
      directives.append(
        .command(effector: effector, .add(indices.sorted().map { vnis[$0] }, epoch: epoch)))
    }
    if !departed.isEmpty {
      let forgotten = departed.map { vnis[$0] }.sorted()
      directives += takeovers.indices.map { .command(effector: $0, .forget(forgotten)) }
    }
    return directives
  }
}
