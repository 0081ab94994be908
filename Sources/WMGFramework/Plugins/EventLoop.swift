/// What a plugin's thread waits in: file descriptors and timers, nothing else.
///
/// Every Discovery and every Effector has a thread and a loop of its own, and all its methods are called there, so
/// a plugin needs no locks. A handler that blocks delays its own plugin and nobody else.
public protocol EventLoop: AnyObject {
  /// The time now.
  var now: MonotonicInstant { get }

  /// Calls `onReadable` whenever `fileDescriptor` can be read, until `unwatch`. Level-triggered.
  ///
  /// A second watch of a descriptor replaces the first.
  ///
  /// - Returns: Whether it is watched: not if it is not open, or cannot be waited for, as a regular file.
  @discardableResult
  func watch(_ fileDescriptor: Int32, onReadable: @escaping () -> Void) -> Bool

  /// Forgets a descriptor; call it before closing the descriptor.
  func unwatch(_ fileDescriptor: Int32)

  /// Calls `action` once, at `deadline` or as soon after it as the thread runs.
  @discardableResult
  func schedule(at deadline: MonotonicInstant, _ action: @escaping () -> Void) -> EventLoopTimer

  /// Takes a timer back; nothing happens if it has fired.
  func cancel(_ timer: EventLoopTimer)
}

/// Names one scheduled action of one loop.
public struct EventLoopTimer: Hashable, Sendable {
  /// Unique within its loop.
  public let identifier: UInt64

  /// For loops to make; a plugin only keeps and gives back.
  public init(identifier: UInt64) {
    self.identifier = identifier
  }
}
