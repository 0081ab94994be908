import Glibc
import WMGFramework

/// The signals that end an experiment early: blocked, so that none ends it without cleaning up, and looked at in every
/// pause. To be made before any thread, which then inherits that.
struct Interruption {
  /// What came.
  struct Signal: Error {
    let number: Int32
  }

  private var signals = sigset_t()

  init() {
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  func pause(_ duration: Duration) throws(Signal) {
    var signals = signals
    var time = timespec(
      tv_sec: Int(duration.nanoseconds / 1_000_000_000), tv_nsec: Int(duration.nanoseconds % 1_000_000_000))
    let number = sigtimedwait(&signals, nil, &time)
    if number > 0 { throw Signal(number: number) }
  }
}
