// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "CustomStrategy",
  dependencies: [
    // From outside this repository: .package(url: "https://…/wmgwd2", from: "0.1.0")
    .package(name: "wmgwd2", path: "../..")
  ],
  targets: [
    .target(name: "FNVStrategy", dependencies: [.product(name: "WMGFramework", package: "wmgwd2")]),
    .executableTarget(
      name: "fnv-gateway",
      dependencies: [
        "FNVStrategy",
        .product(name: "WMGCommand", package: "wmgwd2"),
        .product(name: "wmgwd2-guard", package: "wmgwd2"),
        .product(name: "UDPBroadcast", package: "wmgwd2"),
        .product(name: "MacvlanProtodown", package: "wmgwd2"),
        .product(name: "GratuitousARP", package: "wmgwd2"),
        .product(name: "LogEffector", package: "wmgwd2"),
      ]),
    .testTarget(
      name: "FNVStrategyTests",
      dependencies: [
        "FNVStrategy",
        .product(name: "WMGFramework", package: "wmgwd2"),
        .product(name: "WMGFrameworkTesting", package: "wmgwd2"),
      ]),
  ]
)
