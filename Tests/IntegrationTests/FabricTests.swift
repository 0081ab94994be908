import GatewayLab
import Testing

extension Integration {
  /// The whole: gateways that run with the effectors `macvlan`, `garp` and `frr` in an EVPN fabric of real FRR.
  @Suite(Requirement.fabric) struct FabricTests {}
}
