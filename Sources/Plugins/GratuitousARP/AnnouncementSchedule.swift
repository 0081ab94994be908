import WMGFramework

/// When each owned VNI is announced next: repeats after a takeover, then refreshes.
///
/// One small record and one heap entry per owned VNI, so one timer serves all. Of what is due, the VNI owned for the
/// shortest time comes first: it is the one that others still look for elsewhere.
struct AnnouncementSchedule {
  struct Settings: Hashable {
    var count: Int
    var spacing: Duration
    var interval: Duration
  }

  private struct Record {
    var seniority: UInt64
    var repeatsLeft: Int
    /// Only the heap entry of this turn counts; earlier ones are leftovers.
    var turn: UInt64
  }

  private struct Entry {
    var deadline: MonotonicInstant
    var turn: UInt64
    var vni: VNI
  }

  private var settings: Settings
  private var records: [VNI: Record] = [:]
  private var heap: [Entry] = []
  private var due: [Entry] = []
  private var isDueSorted = true
  private var lastTurn: UInt64 = 0
  private var generator = SystemRandomNumberGenerator()

  init(_ settings: Settings) {
    self.settings = settings
  }

  /// The VNIs owned.
  var vnis: some Collection<VNI> { records.keys }

  func contains(_ vni: VNI) -> Bool { records[vni] != nil }

  /// A VNI was taken over and announced for the first time at `now`.
  mutating func begin(_ vni: VNI, at now: MonotonicInstant) {
    lastTurn += 1
    records[vni] = Record(seniority: lastTurn, repeatsLeft: settings.count - 1, turn: 0)
    scheduleNext(vni, after: now)
  }

  /// A VNI is to be announced anew, as after a takeover, beginning as soon as the pace allows.
  mutating func restart(_ vni: VNI, at now: MonotonicInstant) {
    guard records[vni] != nil else { return }
    records[vni]?.repeatsLeft = settings.count
    enqueue(vni, at: now)
  }

  /// A VNI is to be announced once more in a moment, because it could not be just now.
  mutating func retry(_ vni: VNI, at deadline: MonotonicInstant) {
    guard records[vni] != nil else { return }
    records[vni]?.repeatsLeft += 1
    enqueue(vni, at: deadline)
  }

  /// Goes over to other settings: what is left of a takeover's announcements keeps its number and its next time; the
  /// next refresh comes as if the last had been now.
  mutating func reconfigure(_ settings: Settings, at now: MonotonicInstant) {
    let isOtherInterval = settings.interval != self.settings.interval
    self.settings = settings
    guard isOtherInterval else { return }
    for (vni, record) in records where record.repeatsLeft == 0 {
      // The refresh that was planned is none any more, whether another is or not.
      records[vni]?.turn = 0
      scheduleNext(vni, after: now)
    }
  }

  /// A VNI is no longer ours.
  mutating func end(_ vni: VNI) {
    records[vni] = nil
    if heap.count > 64, heap.count > 4 * records.count { dropLeftovers() }
  }

  /// When something is due next; `nil` if never.
  mutating func nextDeadline() -> MonotonicInstant? {
    dropStaleDue()
    if let first = due.first { return first.deadline }
    while let first = heap.first, !isCurrent(first) { removeFirst() }
    return heap.first?.deadline
  }

  /// Takes out one VNI that is due, of the newest ownership, and schedules its next announcement.
  mutating func popDue(at now: MonotonicInstant) -> VNI? {
    while let first = heap.first, first.deadline <= now {
      removeFirst()
      if isCurrent(first) {
        due.append(first)
        isDueSorted = false
      }
    }
    if !isDueSorted {
      dropStaleDue()
      let records = records
      due.sort { (records[$0.vni]?.seniority ?? 0) < (records[$1.vni]?.seniority ?? 0) }
      isDueSorted = true
    }
    while let entry = due.popLast() {
      guard isCurrent(entry), let repeatsLeft = records[entry.vni]?.repeatsLeft else { continue }
      records[entry.vni]?.repeatsLeft = max(0, repeatsLeft - 1)
      scheduleNext(entry.vni, after: now)
      return entry.vni
    }
    return nil
  }

  private mutating func scheduleNext(_ vni: VNI, after now: MonotonicInstant) {
    guard let record = records[vni] else { return }
    if record.repeatsLeft > 0 {
      enqueue(vni, at: now + settings.spacing)
    } else if settings.interval > .zero {
      // Gateways that took over together should not refresh together for ever.
      let tenth = settings.interval.nanoseconds / 10
      let jitter = Int64.random(in: -tenth...tenth, using: &generator)
      enqueue(vni, at: now + settings.interval + .nanoseconds(jitter))
    }
  }

  private mutating func enqueue(_ vni: VNI, at deadline: MonotonicInstant) {
    lastTurn += 1
    records[vni]?.turn = lastTurn
    heap.append(Entry(deadline: deadline, turn: lastTurn, vni: vni))
    var child = heap.count - 1
    while child > 0, heap[child].deadline < heap[(child - 1) / 2].deadline {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
    // Restarting a VNI leaves its earlier entry behind.
    if heap.count > 64, heap.count > 4 * records.count { dropLeftovers() }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].deadline < heap[least].deadline {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private mutating func dropLeftovers() {
    // A sorted array is a heap.
    heap = heap.filter(isCurrent).sorted { $0.deadline < $1.deadline }
  }

  private mutating func dropStaleDue() {
    let records = records
    due.removeAll { records[$0.vni]?.turn != $0.turn }
  }

  private func isCurrent(_ entry: Entry) -> Bool { records[entry.vni]?.turn == entry.turn }
}
