import Synchronization

/// Named figures of one plugin, shown by `wmgwd2 status`; safe from every thread.
///
/// Names are lower case with dashes and end in a unit where there is one: `advertisements-sent`, `lateness-max-us`.
public final class Counters: Sendable {
  private let values = Mutex<[String: Int]>([:])

  /// No figures yet.
  public init() {}

  /// Adds to a counter, which starts at 0 and stops at the ends of what an `Int` holds.
  public func add(_ amount: Int = 1, to name: String) {
    values.withLock { values in
      let (sum, isTooLarge) = (values[name] ?? 0).addingReportingOverflow(amount)
      values[name] = isTooLarge ? (amount < 0 ? .min : .max) : sum
    }
  }

  /// Sets a gauge.
  public func set(_ name: String, to value: Int) {
    values.withLock { $0[name] = value }
  }

  /// Raises a gauge to `value` if it is lower.
  public func raise(_ name: String, to value: Int) {
    values.withLock { $0[name] = max($0[name] ?? value, value) }
  }

  /// One figure; 0 where there is none of that name.
  public subscript(name: String) -> Int { values.withLock { $0[name] ?? 0 } }

  /// All figures as they are now.
  public var snapshot: [String: Int] { values.withLock { $0 } }
}
