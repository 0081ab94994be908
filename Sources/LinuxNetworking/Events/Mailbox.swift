import Synchronization

/// What one thread leaves for another: a state that senders merge into and the receiver takes whole.
///
/// Merging, rather than queueing, is what bounds it: the state says how it stays small.
public final class Mailbox<State: Sendable>: Sendable {
  private let state: Mutex<State>
  private let empty: @Sendable () -> State
  private let waker: Waker

  /// A mailbox whose receiver is woken by `waker`; `empty` makes what the receiver leaves behind.
  public init(waker: Waker, empty: @escaping @Sendable () -> State) {
    self.waker = waker
    self.empty = empty
    state = Mutex(empty())
  }

  /// Merges something in and wakes the receiver.
  public func send(_ merge: (inout State) -> Void) {
    state.withLock { state in merge(&state) }
    waker.wake()
  }

  /// Takes all that has come since the last time.
  public func take() -> State {
    state.withLock { state in
      let taken = state
      state = empty()
      return taken
    }
  }
}
