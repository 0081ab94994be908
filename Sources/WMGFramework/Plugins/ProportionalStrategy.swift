/// A strategy that means some gateways to own more than others; what compares strategies then measures each gateway
/// against its own share.
public protocol ProportionalStrategy: AssignmentStrategy {
  /// How much a gateway should own in proportion to the others, 0 or more; only ratios matter. For reports, never for
  /// decisions: floating point need not agree between machines.
  func weight(of gateway: GatewayID) -> Double
}
