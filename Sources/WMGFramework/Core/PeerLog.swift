import Logging

/// The lines about peers: one per change, but no more than 20 in ten seconds; the rest is counted and told in one line.
///
/// Forged uids come and go by the thousand, and nobody can authenticate the 8-byte packet.
struct PeerLog {
  private var entries: [LogEntry] = []
  private var told = 0
  private var omitted = 0
  private var windowEnd: MonotonicInstant?

  static let linesPerWindow = 20
  static let window = Duration.seconds(10)

  mutating func add(
    _ level: Logger.Level, _ message: String, _ fields: KeyValuePairs<String, String>
  ) {
    guard told < Self.linesPerWindow else {
      omitted += 1
      return
    }
    told += 1
    entries.append(LogEntry(level, message, fields))
  }

  /// When what was omitted is to be told; `nil` if nothing was.
  var nextEntries: MonotonicInstant? { omitted > 0 ? windowEnd : nil }

  mutating func takeEntries(at now: MonotonicInstant) -> [LogEntry] {
    var taken = entries
    entries = []
    if let end = windowEnd, now >= end {
      if omitted > 0 {
        taken.append(
          LogEntry(.warning, "more changes among peers than lines for them", ["omitted": "\(omitted)"]))
      }
      told = taken.isEmpty ? 0 : 1
      omitted = 0
      windowEnd = nil
    }
    if told > 0, windowEnd == nil { windowEnd = now + Self.window }
    return taken
  }
}
