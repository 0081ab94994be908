// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "wmgwd2-benchmarks",
  dependencies: [.package(name: "wmgwd2", path: "..")],
  targets: [
    .target(name: "PlainC"),
    .executableTarget(
      name: "assignment-benchmark",
      dependencies: [
        "PlainC", .product(name: "WMGFramework", package: "wmgwd2"),
        .product(name: "RendezvousHashing", package: "wmgwd2"),
      ],
      path: "Sources/AssignmentBenchmark",
      swiftSettings: [.enableUpcomingFeature("ExistentialAny")]),
  ]
)
