import WMGFramework

/// What every new package has, whatever its plugin does.
enum PackageTemplate {
  static func manifest(_ names: NewPluginNames, _ framework: NewPackage.Framework) -> String {
    let dependency =
      switch framework {
      case .url(let url): #".package(url: "\#(url)", from: "\#(GatewayProgram.frameworkVersion)")"#
      case .checkout(let path): #".package(name: "wmgwd2", path: "\#(path)")"#
      }
    return """
      // swift-tools-version: 6.2
      import PackageDescription

      let package = Package(
        name: "\(names.type)",
        dependencies: [
          \(dependency)
        ],
        targets: [
          .target(name: "\(names.type)", dependencies: [.product(name: "WMGFramework", package: "\(framework.package)")]),
          .executableTarget(
            name: "\(names.daemon)",
            dependencies: [
              "\(names.type)",
              .product(name: "WMGCommand", package: "\(framework.package)"),
              .product(name: "wmgwd2-guard", package: "\(framework.package)"),
              .product(name: "UDPBroadcast", package: "\(framework.package)"),
              .product(name: "RendezvousHashing", package: "\(framework.package)"),
              .product(name: "MacvlanProtodown", package: "\(framework.package)"),
              .product(name: "GratuitousARP", package: "\(framework.package)"),
              .product(name: "LogEffector", package: "\(framework.package)"),
            ]),
          .testTarget(
            name: "\(names.type)Tests",
            dependencies: [
              "\(names.type)",
              .product(name: "WMGFramework", package: "\(framework.package)"),
              .product(name: "LinuxNetworking", package: "\(framework.package)"),
            ]),
        ]
      )

      """
  }

  static func main(_ names: NewPluginNames) -> String {
    let imports = [
      "GratuitousARP", "LogEffector", "MacvlanProtodown", "RendezvousHashing", "UDPBroadcast", "WMGCommand",
    ]
    return """
      \((imports + [names.type]).sorted().map { "import \($0)" }.joined(separator: "\n"))

      /// A daemon of one's own: the usual command line and plugins, and \(names.type).
      @main
      enum Main {
        static func main() {
          GatewayCommand.main(
            plugins: [
              UDPBroadcastPlugin(), RendezvousPlugin(), RendezvousMixedPlugin(), MacvlanProtodownPlugin(),
              GratuitousARPPlugin(), LogEffectorPlugin(), \(names.type)Plugin(),
            ],
            name: "\(names.daemon)", version: "0.1.0")
        }
      }

      """
  }

  static func readme(_ names: NewPluginNames, _ kind: PluginKind) -> String {
    let (purpose, option, choice) =
      switch kind {
      case .strategy:
        (
          "A strategy: it decides which gateway owns a VNI.",
          "| `salt` | `0` | any number; the same on every gateway | another salt, another distribution |",
          "--strategy \(names.plugin) --set \(names.plugin).salt=7 --effector log"
        )
      case .effector:
        (
          "An effector: it keeps a file with the VNIs that this gateway holds.",
          "| `file` | `/run/\(names.plugin).vnis` | a path in a folder that the daemon can write to | where the VNIs are kept |",
          "--effector log,\(names.plugin) --set \(names.plugin).file=/tmp/held.vnis"
        )
      case .discovery:
        (
          "A discovery: it finds the other gateways. As generated, it is for one that is alone.",
          "| `burst` | `3` | packets, 1 to 10 | how often the first and the last advertisement are said |",
          "--discovery \(names.plugin) --effector log"
        )
      }
    return """
      # \(names.plugin)

      \(purpose) Made by `wmgwd2 plugin new \(kind.rawValue) \(names.type)`.

      ## What for

      Say here what it is good for.

      ## Options

      | option | default | unit, limits | what it does |
      |---|---|---|---|
      \(option)

      ## Examples

      ```console
      $ swift test
      $ swift run \(names.daemon) plugins --describe \(names.plugin)
      $ swift run \(names.daemon) \(choice)
      ```

      ## What it reports

      Its log lines and counters.

      ## Limits

      What it cannot do.

      """
  }
}
