import Glibc
import WMGFramework

/// Where settings are looked for: the command line before the environment before a file.
struct SettingSources {
  /// The arguments, long options with two dashes.
  let arguments: [String]
  /// Our variables in the environment; one that is empty counts as not set.
  let environment: [String: String]
  /// All plugins there are.
  let registry: PluginRegistry

  init(_ arguments: [String], environment: [String: String] = Self.ownVariables, registry: PluginRegistry) {
    self.arguments = arguments
    self.environment = environment.filter { !$0.value.isEmpty }
    self.registry = registry
  }

  /// What is in force for a command.
  ///
  /// - Parameter requiresFile: Whether it is an error that there is no file at the standard path.
  /// - Throws: `UsageError`, with the place.
  func read(requiresFile: Bool = false) throws(UsageError) -> EffectiveSettings {
    let file = try file(requiresFile: requiresFile)
    guard file != nil || !environment.isEmpty else { return EffectiveSettings(sources: self) }
    let options = CommandOptions.settable
    return EffectiveSettings(
      sources: self, file: file?.path,
      layers: [
        flags, try variables(options), try file?.settings(options: options, registry: registry) ?? [],
      ])
  }

  /// One option as it is written, before anything else is checked: for what must be known before there is a registry,
  /// the libraries that bring plugins. A file that cannot be read is the next reader's to complain of.
  func setting(of option: String) -> Setting? {
    let name = SettingName(option: option)
    if let given = flags.first(where: { $0.name == name }) { return given }
    if let text = environment[name.variable] {
      return Setting(name: name, texts: text.split(separator: ",").map(String.init), origin: .environment)
    }
    return (try? file(requiresFile: false))?.setting(of: name)
  }

  // MARK: The file

  private func file(requiresFile: Bool) throws(UsageError) -> ConfigurationFile? {
    let named =
      flags.last { $0.name == SettingName(option: "config") }?.texts.last
      ?? environment[SettingName(option: "config").variable]
    if let named { return try ConfigurationFile(named) }
    let isThere = access(ConfigurationFile.standardPath, F_OK) == 0
    return isThere || requiresFile ? try ConfigurationFile(ConfigurationFile.standardPath) : nil
  }

  // MARK: The command line

  /// The options on the command line with their values. A mistake here is found when the command is parsed.
  var flags: [Setting] {
    var texts: [SettingName: [String]] = [:]
    var names: [SettingName] = []
    func add(_ name: SettingName, _ text: String) {
      if texts[name] == nil { names.append(name) }
      texts[name, default: []].append(text)
    }
    let given = arguments.prefix { $0 != "--" }
    for (place, argument) in given.enumerated() where argument.hasPrefix("--") {
      let parts = argument.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false
      ).map(String.init)
      guard let option = parts.first else { continue }
      let next = given.dropFirst(place + 1).first ?? ""
      let text = parts.count == 2 ? parts[1] : next
      guard option == "set" else {
        add(SettingName(option: option), text)
        continue
      }
      if let equals = text.firstIndex(of: "="), let dot = text[..<equals].firstIndex(of: ".") {
        let name = SettingName(
          plugin: String(text[..<dot]), option: String(text[text.index(after: dot)..<equals]))
        add(name, String(text[text.index(after: equals)...]))
      }
    }
    return names.map { Setting(name: $0, texts: texts[$0] ?? [], origin: .flag) }
  }

  // MARK: The environment

  /// The variables of this process that begin as ours do.
  static var ownVariables: [String: String] {
    var variables: [String: String] = [:]
    var place = environ
    while let entry = place.pointee {
      place += 1
      guard strncmp(entry, SettingName.variablePrefix, SettingName.variablePrefix.utf8.count) == 0 else {
        continue
      }
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
    }
    return variables
  }

  /// What the systemd unit keeps flags in, and thus in our environment.
  private static let reserved = ["WMGWD2_OPTIONS"]

  private func variables(_ options: CommandOptions) throws(UsageError) -> [Setting] {
    var known: [String: [SettingName]] = [:]
    let own = options.options.map { SettingName(option: $0.name) } + [SettingName(option: "config")]
    let plugins = registry.plugins.flatMap { plugin in
      plugin.options.map { SettingName(plugin: plugin.name, option: $0.name) }
    }
    for name in own + plugins { known[name.variable, default: []].append(name) }
    var settings: [Setting] = []
    for (variable, text) in environment.sorted(by: { $0.key < $1.key })
    where !Self.reserved.contains(variable) {
      guard let names = known[variable] else {
        let hint =
          nearestName(to: variable, among: known.keys.sorted()).map { " (did you mean '\($0)'?)" } ?? ""
        throw UsageError("\(variable): no option has this environment variable\(hint); correct or unset it")
      }
      guard names.count == 1 else {
        let flags = names.map(\.flag).joined(separator: " and ")
        throw UsageError(
          "\(variable) could be \(flags); unset it and use an option or the configuration file")
      }
      let isRepeating = names[0].plugin == nil && options[names[0].option]?.isRepeating == true
      let texts = isRepeating ? text.split(separator: ",").map(String.init) : [text]
      if names[0].option != "config" || names[0].plugin != nil {
        settings.append(Setting(name: names[0], texts: texts, origin: .environment))
      }
    }
    return settings
  }
}
