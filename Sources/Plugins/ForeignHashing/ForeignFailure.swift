/// Why a foreign function cannot be a strategy, and which of the options to look at.
struct ForeignFailure: Error, Hashable {
  /// The option that is to be mended.
  enum Option: String, Hashable, CaseIterable {
    case library, symbol, signature
  }

  let option: Option
  /// One line without the option's name: what is wrong, and the fix.
  let text: String

  init(_ option: Option, _ text: String) {
    self.option = option
    self.text = text
  }
}
