import Synchronization

/// A value behind a lock, in a class, so that closures of several threads can hold it.
public final class SharedState<Value: Sendable>: Sendable {
  private let value: Mutex<Value>

  /// Takes the first value.
  public init(_ value: Value) {
    self.value = Mutex(value)
  }

  /// Reads or changes the value; nobody else does meanwhile.
  public func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    value.withLock { value in body(&value) }
  }
}
