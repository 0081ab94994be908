import WMGFramework

/// What is going to happen, by time: a binary heap. What happens at one moment happens in the order in which it was
/// planned, so a run is the same every time.
struct EventQueue {
  private struct Entry {
    let time: Int64
    let order: UInt64
    let event: WorldEvent

    func precedes(_ other: Entry) -> Bool {
      time < other.time || (time == other.time && order < other.order)
    }
  }

  private var heap: [Entry] = []
  private var planned: UInt64 = 0

  var nextTime: MonotonicInstant? { heap.first.map { MonotonicInstant(nanoseconds: $0.time) } }

  mutating func plan(_ event: WorldEvent, at time: MonotonicInstant) {
    planned += 1
    heap.append(Entry(time: time.nanoseconds, order: planned, event: event))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func takeFirst() -> WorldEvent? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first.event }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return first.event
  }
}
