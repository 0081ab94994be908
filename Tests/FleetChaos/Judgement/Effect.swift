package import WMGFramework

/// What a fault excuses: at which gateways, for which VNIs, when, and for how long.
package struct Effect: Hashable, Sendable {
  /// Bounds a time without an owner, or with two.
  package struct Allowance: Hashable, Sendable {
    /// The longest such time; `nil` as long as `until` allows.
    package var longest: Duration?
    /// When the last such time must be over.
    package var until: MonotonicInstant

    package init(longest: Duration? = nil, until: MonotonicInstant) {
      self.longest = longest
      self.until = until
    }
  }

  /// Which fault of the step it belongs to: those of one fault do not add up.
  package var fault: Int
  package var cause: String
  /// Whose interfaces change.
  package var gateways: Set<Int>
  /// Which VNIs; `nil` is all.
  package var vnis: Set<Int>?
  /// Whether VNIs of these gateways go to others, or come from them.
  package var movesVNIs: Bool
  package var from: MonotonicInstant
  package var to: MonotonicInstant
  /// Without an owner.
  package var unowned: Allowance?
  /// With two owners, all but one of them among `gateways`.
  package var shared: Allowance?

  package init(
    fault: Int, cause: String, gateways: Set<Int>, vnis: Set<Int>? = nil, movesVNIs: Bool,
    from: MonotonicInstant, to: MonotonicInstant, unowned: Allowance? = nil, shared: Allowance? = nil
  ) {
    self.fault = fault
    self.cause = cause
    self.gateways = gateways
    self.vnis = vnis
    self.movesVNIs = movesVNIs
    self.from = from
    self.to = to
    self.unowned = unowned
    self.shared = shared
  }

  func concerns(_ vni: Int) -> Bool { vnis?.contains(vni) ?? true }

  /// How much of a time it excuses.
  func excuse(_ allowance: Allowance?, from start: MonotonicInstant, to end: MonotonicInstant) -> Duration {
    guard let allowance else { return .zero }
    let covered = min(end, allowance.until) - max(start, from)
    return max(.zero, min(covered, allowance.longest ?? covered))
  }
}
