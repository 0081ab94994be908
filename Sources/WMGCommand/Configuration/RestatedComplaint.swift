import WMGFramework

extension Sequence<Setting> {
  /// An error as the operator should see it: options are named as they are where they were set, after the file, line
  /// and column of the first one that is from a file.
  func restated(_ error: any Error) -> UsageError {
    let exitCode: Int32 =
      switch error {
      case let error as UsageError: error.exitCode
      case let error as PluginError: error.exitCode
      default: UsageError.osError
      }
    var text = "\(error)"
    // What is said of a plugin's option is about that one, and not about the choice of the plugin before it.
    var first: (isOfPlugin: Bool, distance: Int, place: String)?
    for setting in self where setting.origin != .flag {
      guard let (restated, distance) = replacing(setting.name.flag, with: setting.nameThere, in: text) else {
        continue
      }
      text = restated
      guard case .file = setting.origin else { continue }
      let isOfPlugin = setting.name.plugin != nil
      let isBetter = first.map { isOfPlugin == $0.isOfPlugin ? distance < $0.distance : isOfPlugin } ?? true
      if isBetter { first = (isOfPlugin, distance, setting.place) }
    }
    guard let first else { return UsageError(text, exitCode: exitCode) }
    let isOfFile = [UsageError.usage, UsageError.noInput].contains(exitCode)
    return UsageError(
      "\(first.place): \(FileSpelling.rewriting(text))",
      exitCode: isOfFile ? UsageError.configuration : exitCode)
  }

  /// The text with another name at each place where the whole of `name` stands, and how far on the first of them is;
  /// `nil` if there is none.
  private func replacing(_ name: String, with other: String, in text: String) -> (String, Int)? {
    var result = ""
    var first: Int?
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix(name), !continuesName(rest.dropFirst(name.count).first) {
        first = first ?? result.count
        result += other
        rest = rest.dropFirst(name.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return first.map { (result, $0) }
  }

  private func continuesName(_ character: Character?) -> Bool {
    character.map { $0.isLetter || $0.isNumber || $0 == "-" } ?? false
  }
}
