// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func ours(_ product: String) -> Target.Dependency { .product(name: product, package: "wmgwd2") }

/// A program that measures in network namespaces.
func measurement(_ name: String, in folder: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["Figures", ours("GatewayLab"), ours("LinuxNetworking"), ours("WMGFramework")],
    path: "Sources/\(folder)", swiftSettings: settings)
}

let package = Package(
  name: "wmgwd2-benchmarks",
  dependencies: [.package(name: "wmgwd2", path: "..")],
  targets: [
    .target(name: "PlainC"),
    .target(
      name: "Figures", dependencies: [ours("GatewayLab"), ours("LinuxNetworking"), ours("WMGFramework")],
      swiftSettings: settings),
    measurement("takeover-benchmark", in: "TakeoverBenchmark"),
    measurement("fleet-start-benchmark", in: "FleetStartBenchmark"),
    measurement("failover-benchmark", in: "FailoverBenchmark"),
    measurement("steadiness-benchmark", in: "SteadinessBenchmark"),
    measurement("rest-benchmark", in: "RestBenchmark"),
    measurement("handover-benchmark", in: "HandoverBenchmark"),
    measurement("frr-benchmark", in: "FRRBenchmark"),
    .executableTarget(
      name: "library-benchmark",
      dependencies: [
        "Figures", "PlainC", ours("PluginLibrary"), ours("LinuxNetworking"), ours("WMGFramework"),
      ],
      path: "Sources/LibraryBenchmark", exclude: ["Library"], swiftSettings: settings),
    .executableTarget(
      name: "assignment-benchmark",
      dependencies: ["Figures", "PlainC", ours("WMGFramework"), ours("RendezvousHashing")],
      path: "Sources/AssignmentBenchmark", swiftSettings: settings),
    .executableTarget(
      name: "foreign-benchmark",
      dependencies: ["Figures", "PlainC", ours("WMGFramework"), ours("ForeignHashing")],
      path: "Sources/ForeignBenchmark", swiftSettings: settings),
  ]
)
