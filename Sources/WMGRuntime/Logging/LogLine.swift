import Glibc
import Logging

/// How log lines look.
public enum LogFormat: Hashable, Sendable {
  /// For people at a terminal: time of day, level, message, fields; in colour unless `NO_COLOR` is set.
  case terminal(isColoured: Bool)
  /// For machines: `ts=… level=… component=… msg="…" name=value …`, one line each.
  case logfmt

  /// What suits a descriptor.
  public static func fitting(_ descriptor: CInt) -> LogFormat {
    guard isatty(descriptor) == 1 else { return .logfmt }
    return .terminal(isColoured: getenv("NO_COLOR") == nil)
  }

  func line(
    _ level: Logger.Level, component: String, message: String, fields: [(name: String, value: String)]
  ) -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var line: String
    switch self {
    case .terminal(let isColoured):
      line = time(now, "%H:%M:%S") + "." + padded(now.tv_nsec / 1_000_000, to: 3) + " "
      line += isColoured ? "\u{1B}[\(Self.colour(level))m\(Self.name(level))\u{1B}[0m" : Self.name(level)
      line += " \(component): \(Self.cleaned(message))"
    case .logfmt:
      line = "ts=" + time(now, "%Y-%m-%dT%H:%M:%S") + "." + padded(now.tv_nsec / 1_000_000, to: 3) + "Z"
      line += " level=\(level.rawValue) component=\(component) msg=\(Self.quoted(message))"
    }
    for (name, value) in fields { line += " \(name)=\(Self.quoted(value))" }
    return line + "\n"
  }

  private func time(_ time: timespec, _ format: String) -> String {
    var seconds = time.tv_sec
    var parts = tm()
    if case .terminal = self { localtime_r(&seconds, &parts) } else { gmtime_r(&seconds, &parts) }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      strftime(base, buffer.count, format, &parts)
      return String(cString: base)
    }
  }

  private func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// A value in quotes where it needs them: a line stays one line, whatever came from outside.
  private static func quoted(_ text: String) -> String {
    let needsQuotes =
      text.isEmpty || text.utf8.contains { $0 <= 0x20 || $0 == 0x22 || $0 == 0x3D || $0 == 0x7F }
    guard needsQuotes else { return text }
    // By scalars: to a reader of bytes a quote is one, even with an accent that makes it another character.
    var quoted = "\"".unicodeScalars
    for scalar in cleaned(text).unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
      quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
  }

  private static func cleaned(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
  }

  private static func name(_ level: Logger.Level) -> String {
    switch level {
    case .trace: "trace "
    case .debug: "debug "
    case .info: "info  "
    case .notice: "notice"
    case .warning: "warn  "
    case .error: "error "
    case .critical: "fatal "
    }
  }

  private static func colour(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 90
    case .info: 36
    case .notice: 32
    case .warning: 33
    case .error, .critical: 31
    }
  }
}
