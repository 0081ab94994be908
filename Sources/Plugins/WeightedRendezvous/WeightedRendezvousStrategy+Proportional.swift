public import WMGFramework

extension WeightedRendezvousStrategy: ProportionalStrategy {
  /// The gateway's weight, 0 to 1,000.
  public func weight(of gateway: GatewayID) -> Double {
    Double(min(weights[gateway] ?? defaultWeight, Self.greatestWeight).rawValue) / 1000
  }
}
