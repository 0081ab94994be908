/// A growing SVG document: elements with their attributes in order, everything escaped.
struct SVGDocument {
  private(set) var text = ""
  private var depth = 0

  /// An element without content.
  mutating func add(_ name: String, _ attributes: [(String, String)]) {
    indent()
    text += "<\(name)\(Self.written(attributes))/>\n"
  }

  /// An element that has a text in it.
  mutating func add(_ name: String, _ attributes: [(String, String)] = [], text content: String) {
    indent()
    text += "<\(name)\(Self.written(attributes))>\(Self.escaped(content))</\(name)>\n"
  }

  /// An element that has others in it.
  mutating func add(_ name: String, _ attributes: [(String, String)], _ content: (inout SVGDocument) -> Void)
  {
    indent()
    text += "<\(name)\(Self.written(attributes))>\n"
    depth += 1
    content(&self)
    depth -= 1
    indent()
    text += "</\(name)>\n"
  }

  /// A coordinate or length in pixels, to a hundredth.
  static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let sign = hundredths < 0 ? "-" : ""
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return "\(sign)\(whole)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest % 10 == 0 ? rest / 10 : rest)"
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  private static func written(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0.0)=\"\(escaped($0.1))\"" }.joined()
  }

  private mutating func indent() {
    text += String(repeating: " ", count: 2 * depth)
  }
}
