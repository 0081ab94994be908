/// What a gateway says of itself, periodically, so that the others know that it lives.
///
/// The 8-byte packet carries the uid alone; every other field is `nil` where a discovery has no way to know it.
/// A richer discovery fills in more, and the core uses what it gets.
public struct Advertisement: Hashable, Sendable {
  /// Where a gateway stands in its life.
  public enum State: Hashable, Sendable {
    /// Joining: it serves nothing yet, and nothing may be left to it.
    case listening
    /// It serves what the assignment gives it.
    case active
    /// It is about to stop: what it owns should be taken over.
    case leaving
  }

  /// The sender.
  public var gateway: GatewayID
  /// Where the sender stands; `nil` when unknown, as with the older Go daemon, which speaks before it can serve.
  public var state: State?
  /// The sender's advertisement interval, where it says so.
  public var interval: Duration?
  /// The sender's share of the VNIs relative to others', where it says so.
  public var weight: UInt16?

  /// An advertisement with at least a sender.
  public init(
    gateway: GatewayID, state: State? = nil, interval: Duration? = nil, weight: UInt16? = nil
  ) {
    self.gateway = gateway
    self.state = state
    self.interval = interval
    self.weight = weight
  }
}

/// An advertisement as it was received.
public struct HeardAdvertisement: Hashable, Sendable {
  /// What was said.
  public var advertisement: Advertisement
  /// Who said it.
  public var source: IPv4Address
  /// The address this gateway sends from, as it was when the advertisement arrived; `nil` if it has none.
  /// A `source` that differs under one's own uid betrays a second gateway with that uid.
  public var ownAddress: IPv4Address?
  /// When the kernel received it, which may be well before it was read.
  public var receivedAt: MonotonicInstant

  /// A received advertisement.
  public init(
    _ advertisement: Advertisement, from source: IPv4Address, ownAddress: IPv4Address?,
    receivedAt: MonotonicInstant
  ) {
    self.advertisement = advertisement
    self.source = source
    self.ownAddress = ownAddress
    self.receivedAt = receivedAt
  }
}
