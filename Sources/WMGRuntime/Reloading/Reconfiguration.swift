import Logging
import WMGFramework

/// The way from the settings in force to others: what takes effect now, and what takes a restart.
struct Reconfiguration: Sendable {
  /// The settings in force from now on.
  let settings: GatewaySettings
  /// The strategy from now on; `nil` where it has not changed.
  let strategy: (any AssignmentStrategy)?
  /// The owners of all VNIs from now on, in the view in which it was asked for; `nil` where they have not changed.
  let assignment: AssignmentTable?
  /// What all gateways must have alike from now on; `nil` where it has not changed.
  let fingerprint: StrategyFingerprint?
  /// What takes effect, by the names of the options.
  let changed: [String]
  /// What differs and takes effect at the next restart.
  let postponed: [String]

  /// Finds the difference, and looks whether it can be had; changes nothing.
  ///
  /// - Parameter view: The gateways that VNIs are assigned to now.
  /// - Throws: what the strategy's factory or a plugin's `validate` throws.
  init(from running: GatewaySettings, to wanted: GatewaySettings, in view: [GatewayID] = []) throws {
    var settings = running
    settings.configuration = running.configuration.adopting(wanted.configuration)
    settings.logLevel = wanted.logLevel
    settings.guardChoice = wanted.guardChoice
    var changed: [String] = []
    if running.logLevel != wanted.logLevel { changed.append("log-level") }
    if running.guardChoice.program != wanted.guardChoice.program { changed.append("guard") }
    if running.guardChoice.delay != wanted.guardChoice.delay { changed.append("guard-delay") }
    var postponed = running.configuration.restartDifferences(from: wanted.configuration)
    if wanted.libraries != running.libraries { postponed.append("plugin") }
    if let path = wanted.controlSocket, path != running.controlSocket { postponed.append("control-socket") }

    let old = running.plugins
    let new = wanted.plugins
    let privileges = Set(running.privileges.keys).union(wanted.privileges.keys).sorted()
    postponed += privileges.filter { running.privileges[$0] != wanted.privileges[$0] }

    let ofDiscovery = Self.differences(
      old.discovery.plugin, old.discovery.options, new.discovery.plugin, new.discovery.options)
    postponed += Self.names(ofDiscovery, of: new.discovery.plugin, "discovery")
    let ofStrategy = Self.differences(
      old.strategy.plugin, old.strategy.options, new.strategy.plugin, new.strategy.options)
    let strategyNames = Self.names(ofStrategy, of: new.strategy.plugin, "strategy")
    settings.plugins.strategy = new.strategy
    changed += strategyNames
    if old.effectors.map(\.plugin.name) != new.effectors.map(\.plugin.name) { postponed.append("effector") }
    for (place, (plugin, options)) in old.effectors.enumerated() {
      guard let other = new.effectors.first(where: { $0.plugin.name == plugin.name }) else { continue }
      let differences = Self.differences(plugin, options, other.plugin, other.options) ?? []
      let live = differences.filter(\.isLive)
      settings.plugins.effectors[place].options = options.replacing(live, from: other.options)
      changed += Self.names(live, of: plugin, "")
      postponed += Self.names(differences.filter { !$0.isLive }, of: plugin, "")
    }

    // An overlap that nobody has said is what the effectors advise that run, with the options that they have.
    if wanted.isOverlapAdvised {
      settings.configuration.handoverOverlap = settings.plugins.handoverOverlap(
        for: settings.configuration.vnis)
    }
    changed = running.configuration.liveDifferences(from: settings.configuration) + changed

    // What cannot be had at the next restart is refused now, when somebody is looking.
    try new.validate(for: wanted.configuration)
    try settings.plugins.validate(for: settings.configuration)
    let isStrategyNew =
      !strategyNames.isEmpty || settings.configuration.vnis != running.configuration.vnis
    strategy =
      isStrategyNew
      ? try new.strategy.plugin.makeStrategy(new.strategy.options, for: settings.configuration) : nil
    assignment = strategy.map { strategy in
      var table = AssignmentTable(settings.configuration.vnis, strategy: strategy)
      if !view.isEmpty { _ = table.update(to: view) }
      return table
    }
    fingerprint = isStrategyNew ? settings.plugins.fingerprint(for: settings.configuration.vnis) : nil
    self.settings = settings
    self.changed = changed
    self.postponed = postponed
  }

  /// The options that are set differently; `nil` for two different plugins.
  private static func differences(
    _ old: any Plugin, _ oldOptions: PluginOptionValues, _ new: any Plugin, _ newOptions: PluginOptionValues
  ) -> [any AnyPluginOption]? {
    guard old.name == new.name else { return nil }
    return new.options.filter { $0.text(in: oldOptions) != $0.text(in: newOptions) }
  }

  private static func names(
    _ differences: [any AnyPluginOption]?, of plugin: any Plugin, _ kind: String
  ) -> [String] {
    differences.map { $0.map { "\(plugin.name).\($0.name)" } } ?? [kind]
  }
}
