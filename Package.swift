// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A built-in plugin: a library of its own that sees the framework's public protocols, as anyone's plugin does.
func plugin(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: ["WMGFramework"] + dependencies, path: "Sources/Plugins/\(name)",
    exclude: ["README.md"], swiftSettings: settings)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// The plugins of `wmgwd2`; each is a library product too, for daemons of one's own.
let builtInPlugins = [
  "UDPBroadcast",
  "RendezvousHashing", "WeightedRendezvous", "BoundedRendezvous", "EVPNDesignatedForwarder", "MaglevHashing",
  "ModuloAssignment", "StaticAssignment", "ForeignHashing",
  "MacvlanProtodown", "GratuitousARP", "FRRHook", "ExecEffector", "LogEffector",
]

/// The built-in strategies, but `foreign`: those whose promises are examined.
let strategies: [Target.Dependency] = [
  "RendezvousHashing", "WeightedRendezvous", "BoundedRendezvous", "EVPNDesignatedForwarder", "MaglevHashing",
  "ModuloAssignment", "StaticAssignment",
]

/// All that reads bytes from outside. What libFuzzer finds by its own build (scripts/fuzz.sh), `swift test` replays.
let fuzzed: [Target.Dependency] =
  builtInPlugins.map { .target(name: $0) } + [
    "WMGCommand", "WMGRuntime", "PluginLibrary", "TOMLReader", "GatewayLab", "LinuxNetworking",
    "WMGFramework",
    "CWMGPlugin", "CGuard", "CLinux", argumentParser, logging,
  ]
let fuzzing: [Target] =
  Context.environment["FUZZING_BUILD"] == nil
  ? [tests("FuzzingTests", fuzzed, exclude: ["Corpora", "Dictionaries", "LibFuzzer"])]
  : [
    .target(
      name: "FuzzTargets", dependencies: fuzzed, path: "Tests/FuzzingTests",
      exclude: ["Corpora", "Dictionaries", "LibFuzzer", "ReplayTests.swift"], swiftSettings: settings),
    .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/FuzzingTests/LibFuzzer"),
  ]

let package = Package(
  name: "wmgwd2",
  products: [
    .library(name: "WMGFramework", targets: ["WMGFramework"]),
    .library(name: "WMGFrameworkTesting", targets: ["WMGFrameworkTesting"]),
    .library(name: "WMGCommand", targets: ["WMGCommand"]),
    .library(name: "LinuxNetworking", targets: ["LinuxNetworking"]),
    .library(name: "PluginLibrary", targets: ["PluginLibrary"]),
    .library(name: "GatewayLab", targets: ["GatewayLab"]),
    .executable(name: "wmgwd2", targets: ["wmgwd2"]),
    .executable(name: "wmgwd2-guard", targets: ["wmgwd2-guard"]),
  ] + builtInPlugins.map { .library(name: $0, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibmnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
    .systemLibrary(
      name: "CLibffi", pkgConfig: "libffi", providers: [.apt(["libffi-dev"])]),
    .target(name: "CLinux"),
    .target(name: "CWMGPlugin", dependencies: ["CLinux"]),
    .target(name: "WMGFramework", dependencies: [logging], swiftSettings: settings),
    .target(name: "WMGFrameworkTesting", dependencies: ["WMGFramework"], swiftSettings: settings),
    .target(
      name: "LinuxNetworking", dependencies: ["WMGFramework", "CLinux", "CLibmnl"],
      swiftSettings: settings),
    .target(
      name: "PluginLibrary",
      dependencies: ["WMGFramework", "LinuxNetworking", "CLinux", "CWMGPlugin", logging],
      swiftSettings: settings),
    plugin("UDPBroadcast", ["LinuxNetworking", "CLinux"]),
    .target(name: "CRendezvous"),
    plugin("RendezvousHashing", ["CRendezvous"]),
    plugin("WeightedRendezvous", ["RendezvousHashing"]),
    plugin("BoundedRendezvous", ["RendezvousHashing"]),
    plugin("EVPNDesignatedForwarder"),
    plugin("MaglevHashing", ["RendezvousHashing"]),
    plugin("ModuloAssignment"),
    plugin("StaticAssignment", ["RendezvousHashing"]),
    plugin("MacvlanProtodown", ["LinuxNetworking", "CLinux"]),
    plugin("GratuitousARP", ["LinuxNetworking", "CLinux"]),
    plugin("LogEffector"),
    plugin("ExecEffector", ["LinuxNetworking", logging]),
    plugin("FRRHook", ["LinuxNetworking", "CLinux", argumentParser, logging]),
    plugin("ForeignHashing", ["LinuxNetworking", "CLinux", "CLibffi", argumentParser]),
    .target(name: "TOMLReader", swiftSettings: settings),
    .target(name: "CGuard"),
    // A static program of C alone, without Swift's runtime: under 1 MB resident, where a dynamic one takes 5.
    // A sanitizer needs what is dynamic (scripts/sanitize.sh).
    .executableTarget(
      name: "wmgwd2-guard", dependencies: ["CGuard"],
      linkerSettings: Context.environment["SANITIZED_BUILD"] == nil
        ? [.unsafeFlags(["-nostartfiles", "-static-executable"])] : []),
    .target(
      name: "WMGRuntime", dependencies: ["WMGFramework", "LinuxNetworking", "CLinux", "CGuard", logging],
      swiftSettings: settings),
    .target(
      name: "GatewayLab", dependencies: ["WMGFramework", "LinuxNetworking", "CLinux"],
      swiftSettings: settings),
    .target(name: "FleetComparison", dependencies: ["WMGFramework"], swiftSettings: settings),
    .target(
      name: "WMGCommand",
      dependencies: [
        "WMGFramework", "WMGRuntime", "PluginLibrary", "LinuxNetworking", "GatewayLab", "FleetComparison",
        "TOMLReader", "CGuard", argumentParser, logging,
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "wmgwd2",
      dependencies: ["WMGCommand", "wmgwd2-guard"] + builtInPlugins.map { .target(name: $0) },
      swiftSettings: settings),
    tests("WMGFrameworkTests", ["WMGFramework", logging]),
    tests("WMGRuntimeTests", ["WMGRuntime", "WMGFramework", "LinuxNetworking", logging]),
    tests("GuardTests", ["CGuard", "WMGRuntime", "WMGFramework", "LinuxNetworking", "NamespaceFixture"]),
    tests("FleetComparisonTests", ["FleetComparison", "WMGFramework"]),
    tests(
      "WMGCommandTests",
      ["WMGCommand", "WMGFramework", "WMGRuntime", "TOMLReader", argumentParser, logging]),
    tests("TOMLReaderTests", ["TOMLReader"]),
    tests(
      "PluginLibraryTests",
      ["PluginLibrary", "CWMGPlugin", "WMGFramework", "LinuxNetworking", "RendezvousHashing", logging],
      exclude: ["Libraries"]),
    tests("LinuxNetworkingTests", ["LinuxNetworking", "NamespaceFixture", "WMGFramework", "CLinux"]),
    tests("UDPBroadcastTests", ["UDPBroadcast", "LinuxNetworking", "WMGFramework", "CLinux"]),
    tests(
      "RendezvousHashingTests", ["RendezvousHashing", "WMGFramework"], resources: [.copy("hrw-vectors.json")]),
    .target(
      name: "BuiltInStrategies", dependencies: strategies + ["WMGFrameworkTesting", "WMGFramework"],
      path: "Tests/BuiltInStrategies", swiftSettings: settings),
    .executableTarget(
      name: "strategy-examination",
      dependencies: ["BuiltInStrategies", "WMGFrameworkTesting", "WMGFramework", argumentParser],
      path: "Tests/StrategyExamination", swiftSettings: settings),
    .target(
      name: "FleetSimulation",
      dependencies: [
        "WMGFramework", "WMGFrameworkTesting", "RendezvousHashing", "ModuloAssignment", logging,
      ],
      path: "Tests/FleetSimulation", swiftSettings: settings),
    .executableTarget(
      name: "fleet-simulation", dependencies: ["FleetSimulation", "WMGFramework", argumentParser],
      path: "Tests/FleetSimulationProgram", swiftSettings: settings),
    tests("SimulationTests", ["FleetSimulation", "WMGFramework"]),
    tests("StrategyTests", strategies + ["BuiltInStrategies", "WMGFrameworkTesting", "WMGFramework"]),
    .target(
      name: "FleetChaos",
      dependencies: ["GatewayLab", "WMGFramework", "WMGFrameworkTesting", "LinuxNetworking", "CLinux"],
      path: "Tests/FleetChaos", swiftSettings: settings),
    .executableTarget(
      name: "fleet-chaos",
      dependencies: ["FleetChaos", "GatewayLab", "WMGFramework", argumentParser],
      path: "Tests/FleetChaosCommand", swiftSettings: settings),
    tests("FleetChaosTests", ["FleetChaos", "GatewayLab", "WMGFramework"]),
    .target(
      name: "NamespaceFixture", dependencies: ["LinuxNetworking", "WMGFramework", logging],
      path: "Tests/NamespaceFixture", swiftSettings: settings),
    tests(
      "MacvlanProtodownTests",
      ["MacvlanProtodown", "NamespaceFixture", "LinuxNetworking", "WMGFramework", "CLinux"]),
    tests(
      "GratuitousARPTests",
      ["GratuitousARP", "MacvlanProtodown", "NamespaceFixture", "LinuxNetworking", "WMGFramework", "CLinux"]),
    tests(
      "FRRHookTests",
      [
        "FRRHook", "WMGRuntime", argumentParser, "NamespaceFixture", "LinuxNetworking", "WMGFramework",
        logging,
      ]),
    tests(
      "ExecEffectorTests", ["ExecEffector", "NamespaceFixture", "LinuxNetworking", "WMGFramework", logging]),
    tests(
      "ForeignHashingTests", ["ForeignHashing", "LinuxNetworking", "WMGFramework", "wmgwd2"]),
    tests("GatewayLabTests", ["GatewayLab", "WMGFramework"]),
    tests("LogEffectorTests", ["LogEffector", "LinuxNetworking", "WMGFramework", logging]),
    tests(
      "IntegrationTests", ["FleetChaos", "GatewayLab", "LinuxNetworking", "WMGFramework", logging],
      resources: [.copy("independent_peer.py")]),
  ] + fuzzing
)

// Only what checks the core: for scripts that build it their own way (scripts/coverage.sh, scripts/mutate.sh).
if Context.environment["CORE_BUILD"] != nil {
  let targets: Set = [
    "WMGFramework", "WMGFrameworkTesting", "CRendezvous", "RendezvousHashing", "ModuloAssignment",
    "FleetSimulation", "fleet-simulation", "WMGFrameworkTests", "SimulationTests",
  ]
  package.products = []
  package.targets.removeAll { !targets.contains($0.name) }
}
