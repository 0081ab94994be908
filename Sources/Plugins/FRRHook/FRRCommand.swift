import ArgumentParser
import LinuxNetworking
public import WMGFramework

extension FRRHookPlugin: CommandPlugin {
  /// One line: what there is.
  public var commandSummary: String { "print what FRR would be told" }

  /// Runs `wmgwd2 frr …`.
  ///
  /// - Throws: `PluginError`.
  public func runCommand(_ arguments: [String]) throws -> Int32 {
    try expectSubcommand(in: arguments, among: ["render"])
    do {
      switch try FRRCommand.parseAsRoot(arguments) {
      case let command as RenderCommand: print(try command.rendering(of: self))
      case var help: try help.run()
      }
      return 0
    } catch let error as PluginError {
      throw error
    } catch {
      guard FRRCommand.exitCode(for: error) != .success else {
        print(FRRCommand.fullMessage(for: error))
        return 0
      }
      let text = FRRCommand.message(for: error).split(separator: "\n").joined(separator: " ")
      throw PluginError.unusable(plugin: name, reason: text, exitCode: 64)
    }
  }
}

/// `wmgwd2 frr`
struct FRRCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(GatewayProgram.current.name) frr", abstract: "Work with the effector 'frr'.",
      subcommands: [RenderCommand.self])
  }
}

/// `wmgwd2 frr render`: what would be run, without running it.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Print what would be run, without running it; needs neither root nor FRR.")

  @Option(help: ArgumentHelp("A built-in profile.", valueName: "name")) var profile: String?
  @Option(help: ArgumentHelp("A file with commands of one's own.", valueName: "file")) var templates: String?
  @Option(help: ArgumentHelp("VNIs that are taken over in one batch.", valueName: "vnis")) var takeover:
    String?
  @Option(help: ArgumentHelp("VNIs that are released in one batch.", valueName: "vnis")) var release: String?
  @Flag(help: "What is run at the start.") var start = false
  @Flag(help: "What is run at an orderly stop.") var stop = false
  @Option(help: ArgumentHelp("This gateway's uid. (default: 1)", valueName: "uid")) var uid: UInt64 = 1
  @Option(
    help: ArgumentHelp("The uid of who takes released VNIs over. (default: not known, 0)", valueName: "uid"))
  var owner: UInt64?
  @Option(help: ArgumentHelp("Another option of the plugin; repeatable.", valueName: "frr.option=value"))
  var set: [String] = []

  /// The text that is printed.
  ///
  /// - Throws: `PluginError`, `ValidationError`.
  func rendering(of plugin: FRRHookPlugin) throws -> String {
    guard let uid = GatewayID(rawValue: uid) else { throw ValidationError("--uid 0: a uid is 1 or more") }
    let options = try PluginOptionValues(decoding: try optionTexts(), for: plugin)
    let settings = try plugin.settings(options)
    func vnis(_ text: String, _ option: String) throws -> [VNI] {
      let vnis = try parse(text, option)
      try plugin.refuseVNIsBeyondProfile(options, vnis, from: option)
      return vnis
    }
    guard start || stop || takeover != nil || release != nil else {
      throw ValidationError("nothing to render: say --takeover VNIS, --release VNIS, --start or --stop")
    }
    var rendering = Rendering(settings: settings, uid: uid)
    if start { rendering.add("at the start") { $0.add(.start) } }
    if let takeover {
      let values = rendering.values(of: try vnis(takeover, "--takeover"), owner: uid)
      rendering.add("takeover of VNIs \(takeover)") { $0.add(.takeover, for: values) }
    }
    if let release {
      let values = rendering.values(of: try vnis(release, "--release"), owner: owner.flatMap(GatewayID.init))
      rendering.add("release of VNIs \(release)") { $0.add(.release, for: values) }
    }
    if stop {
      rendering.add("at an orderly stop") { $0.add(.stop) }
      if settings.template[.stop].isEmpty { rendering.note("no [stop]: an orderly stop releases VNI by VNI") }
    }
    return rendering.text
  }

  private func optionTexts() throws -> [(name: String, text: String)] {
    var texts: [(name: String, text: String)] = []
    if let profile { texts.append(("profile", profile)) }
    if let templates { texts.append(("templates", templates)) }
    for setting in set {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].hasPrefix("frr.") else {
        throw PluginError.malformedSetting(setting)
      }
      texts.append((String(parts[0].dropFirst("frr.".count)), String(parts[1])))
    }
    return texts
  }

  private func parse(_ text: String, _ option: String) throws -> [VNI] {
    do {
      return Array(try VNISet(parsing: text))
    } catch {
      throw ValidationError("\(option) \(text): \(error)")
    }
  }
}
