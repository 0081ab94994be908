import GatewayLab
import Testing

/// What the integration tests need, and what a skipped one says.
enum Requirement {
  static let rootAndIP: ConditionTrait = .enabled(
    if: LabNetwork.obstacle == nil,
    "needs root (for network namespaces) and iproute2's 'ip'; run it with: sudo make test")
}

/// All tests that build labs: one at a time, so that they measure themselves and not each other.
@Suite("Integration", .serialized, Requirement.rootAndIP)
struct Integration {}
