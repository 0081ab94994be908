import CWMGPlugin
import WMGFramework

/// An option that a library declares, as the framework's own, with the way back to C.
struct LibraryOption: Sendable {
  /// What the command line sees.
  let option: any AnyPluginOption
  /// Whether gateways may differ in it and still agree on owners.
  let isLocal: Bool
  /// The value as the library gets it, beside its text.
  let number: @Sendable (PluginOptionValues) -> Int64

  /// Takes a declaration.
  ///
  /// - Throws: `InvalidPlugin`, when a text is missing or the default is not allowed.
  init(_ declared: wmgwd2_option) throws(InvalidPlugin) {
    guard let name = foreignLine(declared.name), isForeignName(name) else {
      throw InvalidPlugin("an option is named '\(foreignLine(declared.name) ?? "NULL")'; \(foreignNameRule)")
    }
    guard let help = foreignLine(declared.help), !help.isEmpty else {
      throw InvalidPlugin("option '\(name)' has no help")
    }
    guard let text = foreignLine(declared.default_text) else {
      throw InvalidPlugin("option '\(name)' has no default")
    }
    let unit = foreignLine(declared.unit)
    let limits = declared.minimum < declared.maximum ? declared.minimum...declared.maximum : nil
    isLocal = declared.flags & UInt32(WMGWD2_OPTION_LOCAL) != 0

    func value<Value: PluginOptionValue>(_ type: Value.Type) throws(InvalidPlugin) -> Value {
      guard let value = Value(optionText: text) else {
        throw InvalidPlugin("option '\(name)' takes \(Value.optionTypeName), and its default is '\(text)'")
      }
      return value
    }
    switch Int(declared.type) {
    case WMGWD2_TEXT:
      option = PluginOption(name, default: text, unit: unit, help: help)
      number = { _ in 0 }
    case WMGWD2_NUMBER:
      let range = limits.map { Int($0.lowerBound)...Int($0.upperBound) } ?? Int.min...Int.max
      let made =
        limits == nil
        ? PluginOption(name, default: try value(Int.self), unit: unit, help: help)
        : PluginOption(name, default: try value(Int.self), in: range, unit: unit, help: help)
      option = made
      number = { Int64($0[made]) }
    case WMGWD2_DURATION:
      let range = limits.map { Duration.nanoseconds($0.lowerBound)...Duration.nanoseconds($0.upperBound) }
      let fallback = try value(Duration.self)
      let made =
        range.map { PluginOption(name, default: fallback, in: $0, help: help) }
        ?? PluginOption(name, default: fallback, help: help)
      option = made
      number = { $0[made].nanoseconds }
    case WMGWD2_SWITCH:
      let made = PluginOption(name, default: try value(Bool.self), help: help)
      option = made
      number = { $0[made] ? 1 : 0 }
    case WMGWD2_ADDRESS:
      let made = PluginOption(name, default: try value(IPv4Address.self), help: help)
      option = made
      number = { Int64($0[made].rawValue) }
    default:
      throw InvalidPlugin(
        "option '\(name)' has type \(declared.type), which ABI \(WMGWD2_PLUGIN_ABI) has not")
    }
    if case .failure(let complaint) = option.decode(text) {
      throw InvalidPlugin("the default of option '\(name)' \(complaint.text)")
    }
  }
}
