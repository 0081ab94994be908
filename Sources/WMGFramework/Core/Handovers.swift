/// VNIs that a peer owns by now and that are still held here, so that the new owner is up before the old one lets go
/// (make before break).
struct Handovers {
  /// In the order in which they fall due; also what has been cancelled since.
  private var waiting: [(due: MonotonicInstant, indices: [Int])] = []
  private var dueTimes: [Int: MonotonicInstant] = [:]

  /// How many entries are kept.
  var entryCount: Int { dueTimes.count + waiting.reduce(0) { $0 + $1.indices.count } }

  /// When the next of them is to be let go.
  var nextDue: MonotonicInstant? { waiting.first?.due }

  /// Whether a VNI (by its position) is held for its new owner.
  func isPending(_ index: Int) -> Bool { !dueTimes.isEmpty && dueTimes[index] != nil }

  /// Holds these until then.
  mutating func hold(_ indices: [Int], until due: MonotonicInstant) {
    guard !indices.isEmpty else { return }
    for index in indices { dueTimes[index] = due }
    // The overlap may have changed: what comes later may fall due earlier.
    let place = waiting.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
    waiting.insert((due, indices), at: place)
  }

  /// The VNI is ours again.
  mutating func cancel(_ index: Int) { dueTimes[index] = nil }

  /// The VNIs have other positions now, or none any more.
  mutating func renumber(_ present: [Int?]) {
    // What was cancelled may be a position that is gone.
    waiting = waiting.map { due, indices in
      (due, indices.compactMap { dueTimes[$0] == due ? present[$0] : nil })
    }
    dueTimes = Dictionary(
      uniqueKeysWithValues: dueTimes.compactMap { entry in present[entry.key].map { ($0, entry.value) } })
  }

  /// Forgets all of them; returns those that were held.
  @discardableResult
  mutating func cancelAll() -> [Int] {
    defer { self = Handovers() }
    return dueTimes.keys.sorted()
  }

  /// Those whose time has come.
  mutating func takeDue(at now: MonotonicInstant) -> [Int] {
    var due: [Int] = []
    while let first = waiting.first, first.due <= now {
      waiting.removeFirst()
      // One that was ours again in between and was lost again waits for its later time.
      due += first.indices.filter { dueTimes[$0] == first.due }
    }
    for index in due { dueTimes[index] = nil }
    return due
  }
}
