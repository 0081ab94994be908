import WMGFramework

@testable import WMGCommand

extension FuzzTarget {
  /// A configuration file as a whole: each mistake is complained of in one line, with its place; the rest is taken as if
  /// it had been said on the command line.
  static let configuration = FuzzTarget(name: "configuration") { input in
    let settings: [Setting]
    do throws(UsageError) {
      let file = try ConfigurationFile("/f", bytes: input)
      settings = try file.settings(options: settable, registry: BuiltIn.registry)
    } catch {
      try demand(error.description.hasPrefix("/f:"), "a complaint names the place: \(error)")
      try demand(!error.description.contains("\n"), "a complaint is one line: \(error)")
      try demand((64...78).contains(error.exitCode), "an exit code of sysexits, not \(error.exitCode)")
      return
    }
    for setting in settings {
      try demand(!setting.texts.contains { $0.utf8.contains(0) }, "no value can end early in C")
    }
    let effective = EffectiveSettings(
      sources: SettingSources([], environment: [:], registry: BuiltIn.registry), file: "/f",
      layers: [settings])
    do {
      try effective.restating { try effective.validatePluginSettings() }
    } catch let error as UsageError {
      try demand(error.description.hasPrefix("/f:"), "a plugin's complaint names the place: \(error)")
    }
  }

  /// Reading them from the command's help takes milliseconds.
  private static let settable = CommandOptions.settable
}
