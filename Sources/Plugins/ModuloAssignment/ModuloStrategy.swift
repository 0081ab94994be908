public import WMGFramework

/// The default election of RFC 7432, section 8.5: with N gateways in ascending order of uid, VNI v goes to number
/// v mod N.
///
/// As even as can be for VNIs in a row, and nearly all of them move whenever a gateway comes or goes.
public struct ModuloStrategy: AssignmentStrategy {
  /// The one there is: it has no state and no parameters.
  public init() {}

  /// One division per VNI.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    precondition(owners.count == vnis.count, "one owner per VNI")
    let count = UInt32(gateways.count)
    for position in vnis.indices {
      owners[position] = UInt16(truncatingIfNeeded: vnis[position].rawValue % count)
    }
  }
}
