import WMGFramework
import WMGRuntime

/// All settings in force with where each comes from: what `wmgwd2 config dump` prints.
struct SettingsListing: Encodable {
  /// One setting.
  struct Line: Encodable {
    var name: String
    /// As one would give it to the option; `nil` where it depends on the host.
    var value: String?
    /// `flag`, `environment`, `file` or `default`.
    var origin: String
    /// The option's or the variable's name, or the file with line and column.
    var place: String?
    /// Whether the plugin that it is of is in use.
    var isInUse = true
    /// In a file: the key and the value.
    fileprivate var assignment: String
    private enum CodingKeys: String, CodingKey { case name, value, origin, place, isInUse }
  }

  /// The daemon's own, then the plugins'.
  var settings: [Line]

  private var own: [Line] = []
  private var tables: [(plugin: String, isInUse: Bool, lines: [Line])] = []
  private enum CodingKeys: String, CodingKey { case settings }

  init(_ effective: EffectiveSettings, _ configuration: GatewayConfiguration, _ plugins: Gateway.Plugins) {
    let set = Dictionary(effective.settings.map { ($0.name, $0) }) { first, _ in first }
    let standards = Self.standards(configuration, plugins)
    let hasBounds = ["minvni", "maxvni"].contains { set[SettingName(option: $0)] != nil }
    let effectors = plugins.effectors.map(\.plugin.name)
    for option in CommandOptions.settable.options {
      let name = SettingName(option: option.name)
      var setting = set[name] ?? Setting(name: name, texts: [], origin: .standard)
      if option.name == "effector" {
        setting.texts = effectors
      } else if setting.origin == .standard {
        if option.name == "vnis" && hasBounds { continue }
        setting.texts = (standards[option.name] ?? option.standard).map { [$0] } ?? []
        // Bounds that nobody gave are not in force beside the set of VNIs.
        if setting.texts.isEmpty, ["minvni", "maxvni"].contains(option.name) { continue }
      } else if !option.isRepeating {
        setting.texts = setting.texts.suffix(1)
      }
      own.append(Self.line(setting, isRepeating: option.isRepeating))
    }
    let chosen =
      [(plugins.discovery.plugin as any Plugin, plugins.discovery.options)]
      + [(plugins.strategy.plugin, plugins.strategy.options)]
      + plugins.effectors.map { ($0.plugin, $0.options) }
    for plugin in effective.registry.plugins {
      let values = chosen.first { $0.0.name == plugin.name }?.1
      let lines = plugin.options.compactMap { option -> Line? in
        let name = SettingName(plugin: plugin.name, option: option.name)
        var setting = set[name] ?? Setting(name: name, texts: [], origin: .standard)
        if let values { setting.texts = [option.text(in: values)] }
        guard !setting.texts.isEmpty else { return nil }
        return Self.line(setting, isRepeating: false, isInUse: values != nil)
      }
      if !lines.isEmpty { tables.append((plugin.name, values != nil, lines)) }
    }
    settings = own + tables.flatMap(\.lines)
  }

  /// What is in force of options that have no default of their own in the help.
  private static func standards(
    _ configuration: GatewayConfiguration, _ plugins: Gateway.Plugins
  ) -> [String: String] {
    [
      "uid": "0", "vnis": configuration.vnis.description,
      "claim-delay": configuration.effectiveClaimDelay.optionText,
      "discovery": plugins.discovery.plugin.name, "strategy": plugins.strategy.plugin.name,
    ]
  }

  /// What is so where an option has no value.
  private static let unset = [
    "handover-overlap": "as the effectors advise", "user": "not set: it stays who starts it",
  ]

  private static func line(_ setting: Setting, isRepeating: Bool, isInUse: Bool = true) -> Line {
    let (origin, place): (String, String?) =
      switch setting.origin {
      case .flag: ("flag", setting.place)
      case .environment: ("environment", setting.place)
      case .file: ("file", setting.place)
      case .standard: ("default", nil)
      }
    let key = setting.name.option
    let isUnknown = setting.texts.isEmpty && !isRepeating
    return Line(
      name: setting.name.key, value: isUnknown ? nil : setting.texts.joined(separator: ","), origin: origin,
      place: place, isInUse: isInUse,
      assignment: isUnknown
        ? "# \(key) is \(Self.unset[key] ?? "not set")"
        : "\(key) = " + (isRepeating ? TOMLText.list(setting.texts) : TOMLText.value(setting.texts[0])))
  }

  /// A configuration file with the origins as comments.
  var text: String {
    var text = "# The settings in force, each with where it comes from. This is a configuration file, too.\n"
    func add(_ lines: [Line]) {
      for line in lines { text += line.assignment.padding(to: 44) + "# \(line.place ?? line.origin)\n" }
    }
    add(own)
    for table in tables {
      text += "\n[\(table.plugin)]" + (table.isInUse ? "\n" : "  # not in use\n")
      add(table.lines)
    }
    return text
  }
}
