package import WMGFramework

/// The times for which a lock was waited for that the work of a daemon takes as well, and what that costs such work.
package struct LockWaits: Hashable, Sendable {
  private struct Wait: Hashable, Sendable {
    var from: MonotonicInstant
    var to: MonotonicInstant
  }

  private var waits: [Wait] = []

  package init() {}

  /// The longest of them.
  package var longest: Duration { waits.map { $0.to - $0.from }.max() ?? .zero }

  /// Takes a time; later ones come later, and none overlaps another.
  package mutating func add(from: MonotonicInstant, to: MonotonicInstant) {
    waits.append(Wait(from: from, to: to))
  }

  /// By how much work that takes so long by itself may have been late, whenever it began: the time for which the lock
  /// was held until it had been free for that long.
  package func delay(of work: Duration) -> Duration {
    var most = Duration.zero
    for first in waits.indices {
      var held = Duration.zero
      var free = Duration.zero
      for index in first..<waits.count {
        if index > first { free += waits[index].from - waits[index - 1].to }
        guard free < work else { break }
        held += waits[index].to - waits[index].from
      }
      most = max(most, held)
    }
    return most
  }
}
