import WMGFramework

/// The pending timers of one loop: a binary heap by deadline. Timers of the same deadline fire in the order they were
/// made.
struct TimerQueue {
  private struct Entry {
    var deadline: MonotonicInstant
    var identifier: UInt64

    static func < (lhs: Entry, rhs: Entry) -> Bool {
      (lhs.deadline, lhs.identifier) < (rhs.deadline, rhs.identifier)
    }
  }

  private var heap: [Entry] = []
  // A cancelled timer's entry stays in the heap, without an action, until it comes to the top.
  private var actions: [UInt64: () -> Void] = [:]
  private var lastIdentifier: UInt64 = 0

  /// The deadline of the timer that fires next.
  var earliest: MonotonicInstant? {
    mutating get {
      while let first = heap.first, actions[first.identifier] == nil { removeFirst() }
      return heap.first?.deadline
    }
  }

  mutating func insert(at deadline: MonotonicInstant, _ action: @escaping () -> Void) -> EventLoopTimer {
    lastIdentifier += 1
    actions[lastIdentifier] = action
    heap.append(Entry(deadline: deadline, identifier: lastIdentifier))
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
    return EventLoopTimer(identifier: lastIdentifier)
  }

  mutating func remove(_ timer: EventLoopTimer) {
    actions[timer.identifier] = nil
    // Cancelled far-off timers must not pile up.
    if heap.count > 64, heap.count > 4 * actions.count { rebuild() }
  }

  mutating func popDue(at now: MonotonicInstant) -> (() -> Void)? {
    guard let deadline = earliest, deadline <= now, let first = heap.first else { return nil }
    removeFirst()
    return actions.removeValue(forKey: first.identifier)
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private mutating func rebuild() {
    // A sorted array is a heap.
    heap = heap.filter { actions[$0.identifier] != nil }.sorted(by: <)
  }
}
