import WMGFramework

/// Whether some of the products 1·u, 2·u, … 16·u (mod 2⁶⁴) of these uids coincide: then so do scores of `rendezvous`
/// that ought to be independent, for at least one VNI in 16.
///
/// That is what makes a uid "small" here: 1 and 2 are, 11 and 12 are, and so are 2⁶⁰ and 2⁶¹, whereas 100,003 and
/// 100,019 are not. Random uids do not coincide: of 1,024 of them the chance is below 10⁻¹⁰. Beyond a factor of 16
/// no unevenness can be told from chance among a million VNIs.
func sharesSmallMultiples(_ gateways: Span<GatewayID>) -> Bool {
  guard gateways.count > 1 else { return false }
  var multiples: [UInt64] = []
  multiples.reserveCapacity(16 * gateways.count)
  for index in gateways.indices {
    for factor: UInt64 in 1...16 { multiples.append(factor &* gateways[index].rawValue) }
  }
  multiples.sort()
  return zip(multiples, multiples.dropFirst()).contains { $0 == $1 }
}
