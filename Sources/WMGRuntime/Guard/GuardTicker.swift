import CGuard
import CLinux
import Glibc
import Synchronization
import WMGFramework

/// Tells guards that the gateway lives, each by a pipe that never blocks.
///
/// The discovery's thread ticks; the core's says whether there is company, and which guards they are that listen: one, and
/// while another takes its place, two.
final class GuardTicker: Sendable {
  private struct State: Sendable {
    /// The pipes' writing ends.
    var pipes: [CInt] = []
    var signs = SignsOfLife()
    var lost = 0
  }

  private let state = Mutex(State())

  deinit { state.withLock { for pipe in $0.pipes { close(pipe) } } }

  /// The gateway lives: it has advertised at that time, or need not and was alive.
  func tick(at time: MonotonicInstant) {
    tell { signs in
      signs.tick(at: time)
      return true
    }
  }

  /// The gateway lives, and says nothing: that counts while it may be silent.
  func tickInSilence(at time: MonotonicInstant) {
    tell { $0.tickInSilence(at: time) }
  }

  /// Whether the gateway's silence is no reason to make anything standby. From a change on the guard counts anew.
  func setMayBeSilent(_ mayBeSilent: Bool, at now: MonotonicInstant) {
    tell { $0.setMayBeSilent(mayBeSilent, at: now) }
  }

  /// Whether peers would serve if this gateway died now. A change is told at once: the next tick may be a minute away.
  func setCompany(_ hasCompany: Bool) {
    tell { $0.setCompany(hasCompany) }
  }

  /// The gateway stops, and serves on in silence for a detection time from then.
  func leave(asOf time: MonotonicInstant) {
    tell { $0.leave(asOf: time) }
  }

  /// From now on ticks go to the guard at the other end of this pipe, too; the pipe becomes ours.
  func connect(_ pipe: CInt) {
    state.withLock { state in
      state.pipes.append(pipe)
      state.lost += Self.write(wmg_guard_tick_alive, to: pipe, state) ? 0 : 1
    }
  }

  /// Tells the guard at the other end that nobody need be guarded any more.
  ///
  /// - Returns: Whether the pipe had room for that, or nobody is there to read it.
  func sayGoodbye(to pipe: CInt) -> Bool {
    state.withLock { state in
      !state.pipes.contains(pipe) || Self.write(wmg_guard_tick_goodbye, to: pipe, state)
    }
  }

  /// Closes a pipe. A guard that has not been told goodbye takes the gateway for dead.
  func disconnect(_ pipe: CInt) {
    state.withLock { state in
      guard let place = state.pipes.firstIndex(of: pipe) else { return }
      state.pipes.remove(at: place)
      close(pipe)
    }
  }

  /// How many bytes the guard at the other end has not read yet.
  func unread(in pipe: CInt) -> Int {
    state.withLock { $0.pipes.contains(pipe) ? Int(wmg_bytes_in_pipe(pipe)) : 0 }
  }

  /// How many ticks a pipe had no room for since this was asked last.
  func takeLost() -> Int {
    state.withLock { state in
      defer { state.lost = 0 }
      return state.lost
    }
  }

  /// Tells all guards, if there is something to tell.
  private func tell(_ change: (inout SignsOfLife) -> Bool) {
    state.withLock { state in
      guard change(&state.signs) else { return }
      for pipe in state.pipes where !Self.write(wmg_guard_tick_alive, to: pipe, state) { state.lost += 1 }
    }
  }

  /// Whether there was room.
  private static func write(_ kind: wmg_guard_tick_kind, to pipe: CInt, _ state: State) -> Bool {
    // Before the first tick the guard counts from its own start.
    var tick = wmg_guard_make_tick(kind, state.signs.lastTick?.nanoseconds ?? 0, state.signs.hasCompany)
    let size = MemoryLayout.size(ofValue: tick)
    return Glibc.write(pipe, &tick, size) == size || errno != EAGAIN
  }
}
