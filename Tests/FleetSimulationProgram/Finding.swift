import Synchronization

/// The lowest seed that any thread has found something with.
final class Finding: Sendable {
  private let state = Mutex<(seed: UInt64, guarantee: String)?>(nil)

  var isMade: Bool { state.withLock { $0 != nil } }
  var value: (seed: UInt64, guarantee: String)? { state.withLock { $0 } }

  func make(_ seed: UInt64, _ guarantee: String) {
    state.withLock { known in
      if known.map({ seed < $0.seed }) ?? true { known = (seed, guarantee) }
    }
  }
}
