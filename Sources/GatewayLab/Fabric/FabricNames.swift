import Glibc
import Synchronization

/// What a fabric's namespaces are called: prefix, our pid, and role; from the second fabric of a process on also its
/// number.
struct FabricNames {
  let gateways: [String]
  let `switch`: String
  let routeReflector: String
  let accessPoint: String
  let client: String

  private static let fabrics = Atomic<Int>(0)

  init(_ configuration: FabricConfiguration) {
    let number = Self.fabrics.add(1, ordering: .relaxed).newValue
    let stem = "\(configuration.prefix)-\(getpid())" + (number > 1 ? "-\(number)" : "")
    gateways = (1...max(1, configuration.gatewayCount)).map { "\(stem)-g\($0)" }
    `switch` = "\(stem)-switch"
    routeReflector = "\(stem)-rr"
    accessPoint = "\(stem)-ap"
    client = "\(stem)-client"
  }

  /// Those on the underlay, with the last byte of their address there.
  var onUnderlay: [(namespace: String, port: String, host: Int)] {
    gateways.enumerated().map { ($1, "u-g\($0 + 1)", 11 + $0) }
      + [(routeReflector, "u-rr", 1), (accessPoint, "u-ap", 2)]
  }

  var all: [String] { [`switch`] + gateways + [routeReflector, accessPoint, client] }
}
