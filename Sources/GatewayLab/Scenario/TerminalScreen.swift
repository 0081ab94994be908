import Glibc

/// Standard output: a text that grows and, on a terminal, a block below it that is redrawn in place.
final class TerminalScreen {
  /// Whether blocks are redrawn; otherwise everything is plain lines.
  let isLive: Bool
  private let hasColours: Bool
  /// Whether block characters may be used; a C locale gets ASCII.
  let hasUnicode: Bool
  private var blockHeight = 0
  private var isCursorHidden = false

  init(isLive: Bool) {
    self.isLive = isLive
    // https://no-color.org: any non-empty value.
    hasColours = isLive && Self.environment("NO_COLOR").isEmpty && Self.environment("TERM") != "dumb"
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(Self.environment).first { !$0.isEmpty } ?? "UTF-8"
    hasUnicode = locale != "C" && locale != "POSIX"
  }

  /// Whether standard output is a terminal that can move its cursor.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb" }

  /// The terminal's width as it is now; 80 where there is none.
  var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Adds lines to the text, above the block.
  func print(_ lines: [StyledText]) {
    var output = eraser()
    blockHeight = 0
    for line in lines { output += line.rendered(colours: hasColours) + "\n" }
    write(output)
  }

  /// Draws the block anew; without a terminal, nothing happens.
  func redraw(_ lines: [StyledText]) {
    guard isLive else { return }
    var output = isCursorHidden ? "" : "\u{1B}[?25l"
    isCursorHidden = true
    output += eraser()
    // One column stays free, so that no terminal wraps a full line.
    let width = width - 1
    for line in lines { output += line.rendered(width: width, colours: hasColours) + "\n" }
    blockHeight = lines.count
    write(output)
  }

  /// Leaves the block as it is and goes on below it.
  func keepBlock() {
    blockHeight = 0
  }

  /// Gives the terminal back as it was.
  func restore() {
    if isCursorHidden { write("\u{1B}[?25h") }
    isCursorHidden = false
  }

  private func eraser() -> String { blockHeight > 0 ? "\u{1B}[\(blockHeight)A\u{1B}[J" : "" }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(STDOUT_FILENO, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      if count < 0, errno == EINTR { continue }
      // A reader that is gone shows as SIGPIPE, which `Interruption` reports.
      guard count > 0 else { return }
      written += count
    }
  }

  private static func environment(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}
