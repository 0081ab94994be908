public import WMGFramework

/// A time during which a VNI had no owner, or more than one.
public struct OwnershipInterval: Sendable {
  /// The VNI.
  public let vni: VNI
  /// The most owners it had then: 0, or 2 and more.
  public let owners: Int
  /// When that began, or when recording did.
  public let start: MonotonicInstant
  /// When it ended, or when the record was read.
  public let end: MonotonicInstant
  /// Whether it went on when the record was read.
  public let isOpen: Bool

  /// Its length.
  public var duration: Duration { end - start }
}

/// The moment in which a gateway began or ceased to carry a VNI.
public struct OwnershipTransition: Hashable, Sendable {
  /// The gateway, by index.
  public let gateway: Int
  /// The VNI, by its place in `AddressPlan.vnis`.
  public let vni: Int
  /// Whether it carries the VNI from now on.
  public let isUp: Bool
  /// When the observer read of it.
  public let at: MonotonicInstant

  /// Takes what was seen.
  public init(gateway: Int, vni: Int, isUp: Bool, at: MonotonicInstant) {
    self.gateway = gateway
    self.vni = vni
    self.isUp = isUp
    self.at = at
  }
}

/// All times without exactly one owner since recording began.
public struct OwnershipRecord: Sendable {
  /// The intervals without an owner.
  public let unowned: [OwnershipInterval]
  /// The intervals with two owners or more.
  public let shared: [OwnershipInterval]
  /// How many link notifications the record is made of.
  public let sightings: Int

  /// The longest time that one VNI was without an owner, uninterrupted.
  public var longestUnowned: Duration { unowned.map(\.duration).max() ?? .zero }
  /// The longest time that one VNI had two owners or more, uninterrupted.
  public var longestShared: Duration { shared.map(\.duration).max() ?? .zero }
  /// The VNIs that were without an owner.
  public var unownedVNIs: VNISet { VNISet(unowned.map(\.vni)) }
  /// The VNIs that had two owners or more.
  public var sharedVNIs: VNISet { VNISet(shared.map(\.vni)) }
  /// When the last VNI that was without an owner got one again; `nil` if none was or one still is.
  public var lastOwnedAgain: MonotonicInstant? {
    unowned.contains(where: \.isOpen) ? nil : unowned.map(\.end).max()
  }
}
