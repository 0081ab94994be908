public import Glibc
import LinuxNetworking
public import Logging
import WMGFramework

/// Writes log lines on a thread of its own, so that a blocked terminal or a full pipe never blocks the gateway.
///
/// What cannot be written is bounded: beyond `backlogLimit` waiting lines, or `linesPerSecond`, lines are dropped and
/// counted, and the count is logged as soon as there is room.
public final class LogWriter: Sendable {
  /// How many lines wait at most.
  public static let backlogLimit = 2048
  /// How many lines are taken per second at most; a flood of forged peers must not fill a disk.
  public static let linesPerSecond = 1000

  private struct Backlog: Sendable {
    var lines: [String] = []
    var second: Int64 = 0
    var linesInSecond = 0
    var dropped = 0
    var isWriting = false
    var isClosing = false
  }

  /// How lines look.
  public let format: LogFormat
  private let leastUrgent: SharedState<Logger.Level>
  private let backlog: SharedState<Backlog>
  private let waker: Waker

  /// Starts the writer.
  ///
  /// - Throws: `SystemCallError`, when the thread cannot be started.
  public init(to descriptor: CInt = STDERR_FILENO, format: LogFormat, level: Logger.Level) throws {
    self.format = format
    leastUrgent = SharedState(level)
    let backlog = SharedState(Backlog())
    let started = OneTime<Waker>()
    _ = try LoopThread(name: "log") { loop in
      loop.onWake { Self.writeAll(backlog, to: descriptor, format, loop) }
      started.set(loop.waker)
      loop.run()
    }
    self.backlog = backlog
    waker = started.wait()
  }

  /// The least urgent lines that are written; may change at any time, also for the loggers that there are.
  public var level: Logger.Level {
    get { leastUrgent.withLock { $0 } }
    set { leastUrgent.withLock { $0 = newValue } }
  }

  /// Takes a line, or drops and counts it; never blocks.
  public func write(
    _ level: Logger.Level, component: String, message: String, fields: [(name: String, value: String)]
  ) {
    guard level >= self.level else { return }
    let line = format.line(level, component: component, message: message, fields: fields)
    let second = BootTimeClock.now.nanoseconds / 1_000_000_000
    let isTaken = backlog.withLock { backlog in
      if backlog.second != second {
        backlog.second = second
        backlog.linesInSecond = 0
      }
      guard backlog.lines.count < Self.backlogLimit, backlog.linesInSecond < Self.linesPerSecond else {
        backlog.dropped += 1
        return false
      }
      backlog.linesInSecond += 1
      backlog.lines.append(line)
      return true
    }
    // A dropped line is told of with the next one that is taken: told of at once, each would cost a line after all.
    if isTaken { waker.wake() }
  }

  /// A logger for one component.
  public func logger(_ component: String) -> Logger {
    Logger(label: component) { _ in
      WriterLogHandler(writer: self, component: component)
    }
  }

  /// Waits until everything is written, at most this many milliseconds; for the end of the process.
  public func flush(milliseconds: Int = 500) {
    for _ in 0..<milliseconds {
      if backlog.withLock({ $0.lines.isEmpty && !$0.isWriting }) { return }
      usleep(1000)
    }
  }

  private static func writeAll(
    _ backlog: SharedState<Backlog>, to descriptor: CInt, _ format: LogFormat, _ loop: EpollLoop
  ) {
    while true {
      var (lines, dropped) = backlog.withLock { backlog in
        defer {
          backlog.isWriting = !backlog.lines.isEmpty || backlog.dropped > 0
          backlog.lines = []
          backlog.dropped = 0
        }
        return (backlog.lines, backlog.dropped)
      }
      guard !lines.isEmpty || dropped > 0 else { return }
      if dropped > 0 {
        lines.append(
          format.line(
            .warning, component: "log", message: "lines dropped",
            fields: [("count", String(dropped))]))
      }
      writeFully(lines.joined(), to: descriptor)
    }
  }

  /// A full disk or a closed pipe loses lines and nothing else.
  private static func writeFully(_ text: String, to descriptor: CInt) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let base = rest.baseAddress, !rest.isEmpty {
        let count = Glibc.write(descriptor, base, rest.count)
        if count > 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno == EAGAIN {
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&wait, 1, -1)
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}

/// What plugins log through: a `Logger` whose lines go to a `LogWriter`.
struct WriterLogHandler: LogHandler {
  let writer: LogWriter
  let component: String
  var metadata: Logger.Metadata = [:]

  /// What a component has set for itself, else the writer's.
  var logLevel: Logger.Level {
    get { ownLevel ?? writer.level }
    set { ownLevel = newValue }
  }
  private var ownLevel: Logger.Level?

  init(writer: LogWriter, component: String) {
    self.writer = writer
    self.component = component
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    writer.write(
      event.level, component: component, message: "\(event.message)",
      fields: all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") })
  }
}
