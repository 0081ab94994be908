import WMGFramework

/// A configuration file in which every setting stands as a comment, with its default: what `wmgwd2 config default`
/// prints. Made from the options themselves, so that it is always right.
struct DefaultFile {
  private let registry: PluginRegistry

  init(_ registry: PluginRegistry) {
    self.registry = registry
  }

  /// What to write where the help shows no default, for it is not one value.
  private static let examples = [
    "uid": "0", "vnis": TOMLText.value("1-100"), "claim-delay": TOMLText.value("300ms"),
    "handover-overlap": TOMLText.value("200ms"), "discovery": TOMLText.value("udp-broadcast"),
    "strategy": TOMLText.value("rendezvous"), "effector": TOMLText.list(["macvlan", "garp"]),
    "user": TOMLText.value("wmgwd2"),
  ]
  /// Examples that are not the default, in other words.
  private static let unset = ["handover-overlap", "user"]

  /// Instead of `vnis`, which says the same.
  private static let omitted = ["minvni", "maxvni"]

  var text: String {
    var text = comment(
      """
      Settings of \(GatewayProgram.current.name), each with its default, or with an example where it has none. Take the # away from what you change. The file's place is \
      \(ConfigurationFile.standardPath), or where --config says. Options of the command line and environment \
      variables (vnis is WMGWD2_VNIS, interval below [garp] is WMGWD2_GARP_INTERVAL) override it. \
      '\(GatewayProgram.current.name) config check' finds mistakes.
      """)
    var section = ""
    for option in CommandOptions.settable.options where !Self.omitted.contains(option.name) {
      if option.section != section {
        section = option.section
        text += "\n## \(section)\n"
      }
      let value =
        Self.examples[option.name]
        ?? (option.isRepeating ? "[]" : TOMLText.value(option.standard ?? ""))
      let note = Self.unset.contains(option.name) ? " An example:" : ""
      text += "\n" + comment(Self.helpOfKey(option.help) + note) + "#\(option.name) = \(value)\n"
    }
    text += "\n## Plugins: a table for each; those of plugins that are not in use may stay\n"
    for plugin in registry.plugins where !plugin.options.isEmpty {
      text += "\n[\(plugin.name)]\n" + comment(plugin.summary)
      for option in plugin.options {
        let limits = option.limitsText.map { ", \($0)" } ?? ""
        text += "\n" + comment("\(option.help) [\(option.typeDescription)\(limits)]")
        // Of some, one has to be given.
        if case .failure = option.decode(option.defaultText) {
          text += "# \(option.name) = … has no default\n"
        } else {
          text += "#\(option.name) = \(TOMLText.value(option.defaultText))\n"
        }
      }
    }
    return text
  }

  /// The help without what is of a command line alone: a default, which the key below has, and how to repeat an option.
  private static func helpOfKey(_ help: String) -> String {
    var text = help
    let range = text.firstRange(of: " (default: ")
    // Where it depends on something else it is one more thing to be said.
    if let range, !text[range.upperBound...].contains(where: { $0 == " " }) {
      text = String(text[..<range.lowerBound])
    }
    for phrase in [", with commas or repeated", "; repeatable"] {
      if let found = text.firstRange(of: phrase) { text.removeSubrange(found) }
    }
    return text
  }

  /// Lines of comment, of at most 100 columns where words allow it.
  private func comment(_ text: String) -> String {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 100 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append("# \(word)")
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
