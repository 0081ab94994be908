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

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "wmgwd2",
  products: [
    .library(name: "WMGFramework", targets: ["WMGFramework"]),
    .library(name: "WMGCommand", targets: ["WMGCommand"]),
    .library(name: "LinuxNetworking", targets: ["LinuxNetworking"]),
    .library(name: "UDPBroadcast", targets: ["UDPBroadcast"]),
    .library(name: "RendezvousHashing", targets: ["RendezvousHashing"]),
    .library(name: "MacvlanProtodown", targets: ["MacvlanProtodown"]),
    .library(name: "GratuitousARP", targets: ["GratuitousARP"]),
    .library(name: "LogEffector", targets: ["LogEffector"]),
    .library(name: "FRRHook", targets: ["FRRHook"]),
    .library(name: "GatewayLab", targets: ["GatewayLab"]),
    .executable(name: "wmgwd2", targets: ["wmgwd2"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibmnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
    .target(name: "CLinux"),
    .target(name: "WMGFramework", dependencies: [logging], swiftSettings: settings),
    .target(
      name: "LinuxNetworking", dependencies: ["WMGFramework", "CLinux", "CLibmnl"],
      swiftSettings: settings),
    plugin("UDPBroadcast", ["LinuxNetworking", "CLinux"]),
    .target(name: "CRendezvous"),
    plugin("RendezvousHashing", ["CRendezvous"]),
    plugin("MacvlanProtodown", ["LinuxNetworking", "CLinux"]),
    plugin("GratuitousARP", ["LinuxNetworking", "CLinux"]),
    plugin("LogEffector"),
    plugin("FRRHook", ["LinuxNetworking", "CLinux", argumentParser, logging]),
    .target(name: "TOMLReader", swiftSettings: settings),
    .target(
      name: "WMGRuntime", dependencies: ["WMGFramework", "LinuxNetworking", "CLinux", logging],
      swiftSettings: settings),
    .target(
      name: "GatewayLab", dependencies: ["WMGFramework", "LinuxNetworking", "CLinux"],
      swiftSettings: settings),
    .target(
      name: "WMGCommand",
      dependencies: [
        "WMGFramework", "WMGRuntime", "LinuxNetworking", "GatewayLab", "TOMLReader", argumentParser, logging,
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "wmgwd2",
      dependencies: [
        "WMGCommand", "UDPBroadcast", "RendezvousHashing", "MacvlanProtodown", "GratuitousARP",
        "LogEffector", "FRRHook",
      ],
      swiftSettings: settings),
    tests("WMGFrameworkTests", ["WMGFramework", logging]),
    tests("WMGRuntimeTests", ["WMGRuntime", "WMGFramework", "LinuxNetworking", logging]),
    tests(
      "WMGCommandTests",
      ["WMGCommand", "WMGFramework", "WMGRuntime", "TOMLReader", argumentParser, logging]),
    tests("TOMLReaderTests", ["TOMLReader"]),
    tests("LinuxNetworkingTests", ["LinuxNetworking", "NamespaceFixture", "WMGFramework", "CLinux"]),
    tests("UDPBroadcastTests", ["UDPBroadcast", "LinuxNetworking", "WMGFramework", "CLinux"]),
    tests(
      "RendezvousHashingTests", ["RendezvousHashing", "WMGFramework"], resources: [.copy("hrw-vectors.json")]),
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
      ["FRRHook", argumentParser, "NamespaceFixture", "LinuxNetworking", "WMGFramework", logging]),
    tests("LogEffectorTests", ["LogEffector", "LinuxNetworking", "WMGFramework", logging]),
    tests(
      "IntegrationTests", ["GatewayLab", "LinuxNetworking", "WMGFramework", logging],
      resources: [.copy("independent_peer.py")]),
  ]
)
