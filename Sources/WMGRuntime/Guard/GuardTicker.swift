import CGuard
import CLinux
import Glibc
import Synchronization
import WMGFramework

/// Tells the guard that the gateway lives, by a pipe that never blocks.
///
/// The discovery's thread ticks; the core's says whether there is company, and which guard it is that listens.
final class GuardTicker: Sendable {
  private struct State: Sendable {
    /// The pipe's writing end; -1 while there is no guard.
    var pipe: CInt = -1
    var lastTick: MonotonicInstant?
    var hasCompany = true
    var lost = 0
  }

  private let state = Mutex(State())

  deinit { state.withLock { if $0.pipe >= 0 { close($0.pipe) } } }

  /// The gateway lives: it has advertised at that time, or need not and was alive.
  func tick(at time: MonotonicInstant) {
    state.withLock { state in
      state.lastTick = time
      Self.write(wmg_guard_tick_alive, &state)
    }
  }

  /// Whether peers would serve if this gateway died now. A change is told at once: the next tick may be a minute away.
  func setCompany(_ hasCompany: Bool) {
    state.withLock { state in
      guard state.hasCompany != hasCompany else { return }
      state.hasCompany = hasCompany
      Self.write(wmg_guard_tick_alive, &state)
    }
  }

  /// From now on ticks go to the guard at the other end of this pipe, which becomes ours; the one before hears goodbye.
  func connect(_ pipe: CInt) {
    state.withLock { state in
      Self.disconnect(&state)
      state.pipe = pipe
      Self.write(wmg_guard_tick_alive, &state)
    }
  }

  /// Says goodbye to the guard, if there is one; or says nothing, and it takes the gateway for dead.
  func disconnect(saysGoodbye: Bool = true) {
    state.withLock { Self.disconnect(&$0, saysGoodbye: saysGoodbye) }
  }

  /// How many bytes the guard has not read yet.
  var unread: Int { state.withLock { $0.pipe < 0 ? 0 : Int(wmg_bytes_in_pipe($0.pipe)) } }

  /// How many ticks the pipe had no room for since this was asked last.
  func takeLost() -> Int {
    state.withLock { state in
      defer { state.lost = 0 }
      return state.lost
    }
  }

  private static func disconnect(_ state: inout State, saysGoodbye: Bool = true) {
    guard state.pipe >= 0 else { return }
    if saysGoodbye { write(wmg_guard_tick_goodbye, &state) }
    close(state.pipe)
    state.pipe = -1
  }

  private static func write(_ kind: wmg_guard_tick_kind, _ state: inout State) {
    guard state.pipe >= 0 else { return }
    // Before the first tick the guard counts from its own start.
    var tick = wmg_guard_make_tick(kind, state.lastTick?.nanoseconds ?? 0, state.hasCompany)
    let size = MemoryLayout.size(ofValue: tick)
    if Glibc.write(state.pipe, &tick, size) != size, errno == EAGAIN { state.lost += 1 }
  }
}
