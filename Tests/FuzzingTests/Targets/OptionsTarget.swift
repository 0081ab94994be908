import ArgumentParser
import LinuxNetworking
import WMGFramework

@testable import WMGCommand

extension FuzzTarget {
  /// Values of plugins' options, wherever they are set, and the command line around them.
  static let options = FuzzTarget(name: "options") { input in
    var input = FuzzInput(input)
    let choice = Int(input.byte())
    let text = text(input.remainder)
    guard choice < BuiltIn.options.count else { return try readCommandLine(text) }
    let option = BuiltIn.options[choice]
    guard case .success = option.decode(text) else { return }
    let plugin = AnyOptions(options: [option])
    guard let values = try? PluginOptionValues(decoding: [(option.name, text)], for: plugin) else {
      throw BrokenProperty(description: "\(option.name) takes '\(text)' and does not")
    }
    let canonical = option.text(in: values)
    guard let again = try? PluginOptionValues(decoding: [(option.name, canonical)], for: plugin) else {
      throw BrokenProperty(
        description: "\(option.name) does not take '\(canonical)', its own spelling of '\(text)'")
    }
    try demand(
      option.text(in: again) == canonical,
      "\(option.name): '\(canonical)' is spelt '\(option.text(in: again))'")
    if let duration = Duration(optionText: text) {
      try demand(
        Duration(optionText: duration.optionText) == duration,
        "'\(text)' is not '\(duration.optionText)', its own spelling")
    }
    if let pattern = InterfaceNamePattern(text), let vni = VNI(rawValue: UInt32(choice) + 1) {
      try demand(pattern.vni(of: pattern.name(of: vni)) == vni, "'\(pattern.name(of: vni))' is of \(vni)")
    }
  }

  /// Arguments, one per line.
  private static func readCommandLine(_ text: String) throws(BrokenProperty) {
    let arguments = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let normalized = DashStyle.normalized(arguments)
    try demand(DashStyle.normalized(normalized) == normalized, "dashes are doubled once: \(normalized)")
    let settings = SettingSources(normalized, environment: [:], registry: BuiltIn.registry).flags
    try demand(Set(settings.map(\.name)).count == settings.count, "each name is there once")
    try demand(
      settings.reduce(0) { $0 + $1.texts.count } <= arguments.count, "an argument sets one thing at most")
    var choice = PluginChoice()
    choice.set = arguments
    guard let byPlugin = try? choice.settings(for: BuiltIn.registry.plugins) else { return }
    for (plugin, settings) in byPlugin {
      for setting in settings {
        try demand(
          arguments.contains("\(plugin).\(setting.name)=\(setting.text)"), "a setting is as it was written")
      }
    }
  }
}

/// A plugin that is nothing but its options.
private struct AnyOptions: Plugin {
  var name: String { "fuzzed" }
  var summary: String { "" }
  let options: [any AnyPluginOption]
}
