// How the VNI set changes while the gateway runs: what comes is prepared before it is taken over, what goes is released
// before it is forgotten, and what stays is not touched.
extension Ownership {
  /// What a new VNI set has changed.
  struct Renumbering {
    /// For each former position the present one; `nil` for what is forgotten.
    var present: [Int?]
    /// The positions of what has come.
    var added: [Int]
    /// The positions of what goes.
    var removed: [Int]
  }

  /// Goes over to another VNI set, ascending. What is removed goes on standing behind it until it is known to be
  /// standby; the caller says that it is not wanted.
  mutating func replaceVNIs(by newVNIs: [VNI]) -> Renumbering {
    var sources = formerPositions(of: newVNIs)
    let added = sources.indices.filter { sources[$0] == nil }
    var stays = [Bool](repeating: false, count: vnis.count)
    for case let source? in sources { stays[source] = true }
    let leaving = vnis.indices.filter { index in
      !stays[index] && (index < assignedCount || departing[vnis[index]] == index)
    }
    let removed = leaving.indices.filter { leaving[$0] < assignedCount }.map { newVNIs.count + $0 }
    sources += leaving.map { $0 }
    var present = [Int?](repeating: nil, count: vnis.count)
    for case let (index, source?) in sources.enumerated() { present[source] = index }
    renumber(sources, present, newVNIs + leaving.map { vnis[$0] })
    assignedCount = newVNIs.count
    departing = Dictionary(uniqueKeysWithValues: (assignedCount..<vnis.count).map { (vnis[$0], $0) })
    preparing = preparing.filter { $0 < assignedCount }.union(added)
    for index in added + removed { touch(index) }
    return Renumbering(present: present, added: added, removed: removed)
  }

  /// Where each of these was; `nil` for one that was not known.
  private func formerPositions(of newVNIs: [VNI]) -> [Int?] {
    var place = 0
    return newVNIs.map { vni in
      while place < assignedCount, vnis[place] < vni { place += 1 }
      return place < assignedCount && vnis[place] == vni ? place : departing[vni]
    }
  }

  private mutating func renumber(_ sources: [Int?], _ present: [Int?], _ newVNIs: [VNI]) {
    let effectorCount = effectorCount
    func moved(_ position: Int) -> Int? {
      present[position / effectorCount].map { $0 * effectorCount + position % effectorCount }
    }
    let former = slots
    slots = []
    slots.reserveCapacity(newVNIs.count * effectorCount)
    for source in sources {
      if let source {
        slots += former[(source * effectorCount)..<((source + 1) * effectorCount)]
      } else {
        slots += repeatElement(Slot(), count: effectorCount)
      }
    }
    wanted = sources.map { source in source.map { wanted[$0] } ?? false }
    vnis = newVNIs
    failures = Dictionary(
      uniqueKeysWithValues: failures.compactMap { entry in moved(entry.key).map { ($0, entry.value) } })
    drifted = Set(drifted.compactMap(moved))
    drifts = [:]
    preparing = Set(preparing.compactMap { present[$0] })
    for index in pendingReleases.indices {
      pendingReleases[index].indices = pendingReleases[index].indices.compactMap { present[$0] }
    }
    dirty = dirty.compactMap { present[$0] }
    isDirty = Array(repeating: false, count: newVNIs.count)
    for index in dirty { isDirty[index] = true }
  }

  // MARK: Coming

  /// Whether every effector has made a VNI standby, or has been given the time for it; tells those that do not know of
  /// it. All are told at once, as at the start: nothing is served yet.
  mutating func isPrepared(_ index: Int, _ batch: inout CommandBatch) -> Bool {
    for effector in 0..<effectorCount where slots[position(index, effector)].commanded == .unknown {
      command(.standby, index, effector, &batch)
    }
    return (0..<effectorCount).allSatisfy { effector in
      let slot = slots[position(index, effector)]
      return slot.confirmed == .standby || slot.isPassedOver
    }
  }

  // MARK: Going

  /// The positions of all VNIs that there are, in the order of the VNIs.
  var knownIndices: [Int] {
    guard !departing.isEmpty else { return Array(vnis.indices) }
    return (Array(0..<assignedCount) + departing.values).sorted { vnis[$0] < vnis[$1] }
  }

  /// Whether a VNI that goes is standby at every effector, or cannot be told of and was not active, as one without an
  /// interface. What may be active is tried again and again instead.
  func hasDeparted(_ index: Int) -> Bool {
    (0..<effectorCount).allSatisfy { effector in
      let position = position(index, effector)
      let slot = slots[position]
      guard slot.commanded == .standby else { return false }
      return slot.confirmed == .standby
        || (failures[position] != nil && !slot.isAwaited && !slot.mayBeActive)
    }
  }

  /// From now on nothing is known of a VNI.
  mutating func depart(_ index: Int, _ batch: inout CommandBatch) {
    departing[vnis[index]] = nil
    for effector in 0..<effectorCount {
      failures[position(index, effector)] = nil
      drifted.remove(position(index, effector))
    }
    batch.departed.append(index)
  }

  /// Gives back the room of what has departed, once all have.
  mutating func dropDeparted() {
    guard departing.isEmpty else { return }
    let end = assignedCount
    vnis.removeSubrange(end...)
    wanted.removeSubrange(end...)
    isDirty.removeSubrange(end...)
    slots.removeSubrange((end * effectorCount)...)
    dirty.removeAll { $0 >= end }
    drifts = [:]
    for index in pendingReleases.indices { pendingReleases[index].indices.removeAll { $0 >= end } }
  }
}
