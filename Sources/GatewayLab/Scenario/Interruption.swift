import CLinux
import Glibc
import LinuxNetworking
import WMGFramework

/// The signals that end a lab early. They are blocked while it lives, so that none can end it without cleaning up, and
/// looked at in every pause.
///
/// To be made before any thread, which then inherits that.
package final class Interruption {
  /// The lab is to end: ^C, SIGTERM, a terminal or reader that is gone.
  package struct Signal: Error {
    package let number: Int32
    /// What a shell reports of a program that a signal ended.
    package var exitCode: Int32 { 128 + number }
  }

  private var signals = sigset_t()
  private var before = sigset_t()
  private var lateness = Duration.zero

  package init() {
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, &before)
  }

  /// Waits.
  ///
  /// - Throws: `Signal`, as soon as there is one.
  package func pause(milliseconds: Int) throws(Signal) {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    let end = BootTimeClock.now + .milliseconds(milliseconds)
    let number = sigtimedwait(&signals, nil, &time)
    if number > 0 { throw Signal(number: number) }
    lateness = max(lateness, BootTimeClock.now - end)
  }

  /// By how much a pause since the last time was longer than asked for, at most: how late this machine wakes who sleeps.
  func takeLateness() -> Duration {
    defer { lateness = .zero }
    return lateness
  }

  /// Forgets signals that came since and takes them as they were taken before.
  package func end() {
    var none = timespec()
    while sigtimedwait(&signals, nil, &none) > 0 {}
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }
}
