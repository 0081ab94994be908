import ArgumentParser
import WMGFramework

/// `wmgwd2 plugin new`: writes a package with a plugin of one's own.
struct PluginCommand: RegistryCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "\(GatewayProgram.current.name) plugin",
      abstract: "Write a Swift package with a plugin of your own.",
      discussion: """
        'plugin new strategy MyStrategy' makes the folder MyStrategy: a plugin with an option, a test, and a daemon that \
        has it beside the usual plugins. It builds as it is: swift test, swift run my-strategy-gateway plugins.
        """)
  }

  @Argument(help: ArgumentHelp("What to do: new.", valueName: "new")) var action: String
  @Argument(help: ArgumentHelp("The kind: strategy, effector or discovery.", valueName: "kind")) var kind:
    String
  @Argument(help: ArgumentHelp("The plugin's type, such as MyStrategy.", valueName: "Name")) var name: String

  @Option(help: ArgumentHelp("The folder to make. (default: ./Name)", valueName: "dir")) var output: String?
  @Option(
    help: ArgumentHelp(
      "A checkout of the framework to build with, or its URL; must be given.", valueName: "path"))
  var framework: String?

  func run(with registry: PluginRegistry) throws -> Int32 {
    guard action == "new" else { throw UsageError("plugin \(action): there is only 'plugin new'") }
    guard let kind = PluginKind(rawValue: kind) else {
      let known = ["strategy", "effector", "discovery"]
      let hint = nearestName(to: kind, among: known).map { " (did you mean '\($0)'?)" } ?? ""
      throw UsageError("plugin new \(kind): no such kind\(hint); there are: \(known.joined(separator: ", "))")
    }
    let names = try NewPluginNames(name)
    guard !registry.plugins.contains(where: { $0.name == names.plugin }) else {
      throw UsageError(
        "plugin new \(name): there is a plugin '\(names.plugin)' already; take another name, such as My\(name)"
      )
    }
    let package = NewPackage(kind: kind, names: names, framework: try NewPackage.Framework(framework))
    let folder = output ?? name
    try package.write(to: folder)
    print("made \(folder): the \(kind.rawValue) '\(names.plugin)' and the daemon \(names.daemon) that has it")
    print("next: cd \(folder) && swift test && swift run \(names.daemon) plugins --describe \(names.plugin)")
    return 0
  }
}
