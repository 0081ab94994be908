import WMGFramework

/// Which function: all that one has to say of it.
struct ForeignDescription: Hashable {
  /// A soname or a path.
  var library: String
  /// The function's name in the library.
  var symbol: String
  var signature: ForeignSignature

  /// How a user has said it, for complaints that name the option.
  enum Spelling {
    /// `--set foreign.symbol=XXH64`
    case settings
    /// `--symbol XXH64`, of `wmgwd2 foreign probe`
    case command
  }

  /// What a user is told, in one line: exit code 78.
  func error(_ failure: ForeignFailure, in spelling: Spelling) -> PluginError {
    let value =
      switch failure.option {
      case .library: library
      case .symbol: symbol
      case .signature: signature.description
      }
    let option =
      switch spelling {
      case .settings: "--set \(ForeignPlugin.pluginName).\(failure.option)=\(value)"
      case .command: "--\(failure.option) \(value)"
      }
    return .unusable(
      plugin: ForeignPlugin.pluginName, reason: "\(option): \(failure.text)", exitCode: 78)
  }
}
