/// Text with colours, which knows how wide it is without them.
struct StyledText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// How a piece of text looks.
  enum Style: Hashable {
    case plain, bold, dim, good, bad
    /// The colour of a gateway, by its index.
    case gateway(Int)

    fileprivate var code: String? {
      switch self {
      case .plain: nil
      case .bold: "1"
      case .dim: "2"
      case .good: "32"
      case .bad: "1;31"
      case .gateway(let index): Self.gatewayColours[index % Self.gatewayColours.count]
      }
    }

    // Neither red nor green: these mean bad and good.
    private static let gatewayColours = ["36", "35", "33", "34", "96", "95", "93", "94"]
  }

  private var pieces: [(text: String, style: Style)]

  init(_ text: String, _ style: Style = .plain) {
    pieces = [(text, style)]
  }

  init(stringLiteral text: String) {
    self.init(text)
  }

  /// How many columns it takes. All that the lab prints is one column per character.
  var width: Int { pieces.reduce(0) { $0 + $1.text.count } }

  static func + (left: StyledText, right: StyledText) -> StyledText {
    var sum = left
    sum.pieces += right.pieces
    return sum
  }

  static func += (left: inout StyledText, right: StyledText) {
    left.pieces += right.pieces
  }

  /// Filled up with spaces to at least this width.
  func padded(to width: Int) -> StyledText {
    self + StyledText(String(repeating: " ", count: max(0, width - self.width)))
  }

  /// Filled up with spaces on the left.
  func rightAligned(in width: Int) -> StyledText {
    StyledText(String(repeating: " ", count: max(0, width - self.width))) + self
  }

  /// As bytes for a terminal: cut off at a width, with or without colours.
  func rendered(width: Int? = nil, colours: Bool) -> String {
    var room = width ?? .max
    var result = ""
    for (text, style) in pieces where room > 0 {
      let visible = text.prefix(room)
      room -= visible.count
      if colours, let code = style.code {
        result += "\u{1B}[\(code)m\(visible)\u{1B}[0m"
      } else {
        result += visible
      }
    }
    return result
  }
}

/// Breaks a text into lines of at most `width` columns, at spaces.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  return line.isEmpty ? lines : lines + [line]
}
