import Glibc
import Synchronization

/// What a lab's namespaces are called: prefix, our pid, and role; from the second lab of a process on also its number.
struct NamespaceNames {
  let gateways: [String]
  let `switch`: String
  /// One, or none.
  let clients: [String]

  private static let labs = Atomic<Int>(0)

  init(_ configuration: LabConfiguration) {
    let number = Self.labs.add(1, ordering: .relaxed).newValue
    let stem = "\(configuration.prefix)-\(getpid())" + (number > 1 ? "-\(number)" : "")
    gateways = (1...max(1, configuration.gatewayCount)).map { "\(stem)-g\($0)" }
    `switch` = "\(stem)-switch"
    clients = configuration.hasClient ? ["\(stem)-client"] : []
  }

  var all: [String] { [`switch`] + gateways + clients }
}
