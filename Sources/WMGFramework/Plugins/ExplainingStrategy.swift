/// A strategy that can say why, where the greatest score is not the reason but only its form.
public protocol ExplainingStrategy: AssignmentStrategy {
  /// Why the owner of a VNI owns it, a sentence or two; `nil` where nothing but the score is the reason.
  func reason(for vni: VNI, among gateways: [GatewayID]) -> String?
}
