/// What a lab's instruments need to know of a network: a `LabNetwork` or a `FabricNetwork`.
public protocol GatewayNetwork: Sendable {
  /// The overlays' addresses.
  var plan: AddressPlan { get }
  /// The gateways, by index.
  var gateways: [LabGateway] { get }
  /// Where the client is, with an interface in every overlay; `nil` if there is none.
  var clientNamespace: String? { get }
}
