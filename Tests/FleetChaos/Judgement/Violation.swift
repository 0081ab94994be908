package import WMGFramework

/// A guarantee that was broken.
package struct Violation: Hashable, Sendable {
  package enum Guarantee: String, Hashable, Sendable, CaseIterable {
    case noOwner = "no VNI is without an owner for longer than its cause allows"
    case twoOwners = "no VNI has two owners for longer, or others, than its cause allows"
    case noChange = "nothing changes without a cause"
    case oneOwner = "after D + T + 2·I every VNI has exactly one owner"
    case rightOwner = "the owner is the one that the strategy names"
    case announced = "a takeover is announced"
    case overrunNoticed = "a daemon notices that it has lost news of the kernel's"
    case survival = "no daemon ends but by a signal, and orderly with 0"
  }

  package var guarantee: Guarantee
  /// By its place; `nil` where it is not about a VNI.
  package var vni: Int?
  /// Who was involved.
  package var gateways: [Int]
  package var at: MonotonicInstant
  package var measured: Duration?
  package var bound: Duration?
  package var note: String

  package init(
    _ guarantee: Guarantee, vni: Int? = nil, gateways: [Int], at: MonotonicInstant, measured: Duration? = nil,
    bound: Duration? = nil, note: String
  ) {
    self.guarantee = guarantee
    self.vni = vni
    self.gateways = gateways
    self.at = at
    self.measured = measured
    self.bound = bound
    self.note = note
  }
}
