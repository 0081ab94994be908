import FleetSimulation
import Synchronization

/// The lowest seed that any thread has found something with.
final class Finding: Sendable {
  private let state = Mutex<(seed: UInt64, violation: Violation)?>(nil)

  var isMade: Bool { state.withLock { $0 != nil } }
  var value: (seed: UInt64, violation: Violation)? { state.withLock { $0 } }

  func make(_ seed: UInt64, _ violation: Violation) {
    state.withLock { known in
      if known.map({ seed < $0.seed }) ?? true { known = (seed, violation) }
    }
  }
}
