/// The words of a command's arguments, as `exec.arguments` has them.
///
/// Words are separated by spaces and tabs. `'…'` is taken as it is; in `"…"` and outside of quotes a backslash takes the
/// next character as it is. Nothing is expanded: `$`, `*`, `~` and `;` are characters like any other.
enum CommandWords {
  /// What a text lacks.
  enum Incomplete: Error {
    case quote(Character)
    case backslash
  }

  /// The words of a text.
  static func parse(_ text: String) throws(Incomplete) -> [String] {
    var words: [String] = []
    var word: String.UnicodeScalarView?
    var quote: Unicode.Scalar?
    // By scalars, as a shell does: a quote is one, even with an accent that makes it another character.
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch (scalar, quote) {
      case ("\\", nil), ("\\", "\""):
        guard let next = rest.popFirst() else { throw .backslash }
        word = word ?? "".unicodeScalars
        word?.append(next)
      case (let closing, .some(let open)) where closing == open:
        quote = nil
      case ("'", nil), ("\"", nil):
        quote = scalar
        word = word ?? "".unicodeScalars
      case (" ", nil), ("\t", nil):
        if let word { words.append(String(word)) }
        word = nil
      default:
        word = word ?? "".unicodeScalars
        word?.append(scalar)
      }
    }
    if let quote { throw .quote(Character(quote)) }
    return words + (word.map { [String($0)] } ?? [])
  }

  /// What is wrong with a text, as a complaint about an option; `nil` if nothing is.
  static func complaint(about text: String) -> String? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      switch error {
      case .quote(let quote): return "must close every \(quote)"
      case .backslash: return "must have a character after a backslash"
      }
    }
  }
}
