import Glibc
import Synchronization

/// A value that one thread sets once and another waits for.
///
/// Used only while threads are being started; nothing waits like this once the gateway runs.
final class OneTime<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  func set(_ newValue: Value) {
    value.withLock { $0 = newValue }
  }

  func wait() -> Value {
    while true {
      if let value = value.withLock({ $0 }) { return value }
      usleep(100)
    }
  }
}
