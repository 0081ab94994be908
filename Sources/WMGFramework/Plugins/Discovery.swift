public import Logging

/// Finds the other gateways and tells them of this one.
///
/// A discovery decides nothing: it publishes what it hears, and it advertises when it is told that it may. It times
/// the periodic advertisements itself, on a thread that waits for nobody. All methods are called on that thread.
///
/// Duties:
/// - Listen from `start` on, and never speak before `advertise(.on)`.
/// - Ask `DiscoveryContext.lease` before each periodic advertisement, and stay silent while it has run out.
/// - When the time since the last advertisement has reached the detection time, the peers have given this gateway
///   up: fall silent and publish `.lapsed`, whatever caused the gap. (RFC 5880 calls that time the detection time.)
/// - Judge by when a packet was received, not by when it was read.
public protocol Discovery: AnyObject {
  /// Begins to listen.
  ///
  /// - Throws: when it can never work (the port is taken, no permission). What may still come, such as an address that
  ///   is not there yet, is waited for: publish `.isolated`, later `.connected`.
  func start() throws

  /// Starts or ends advertising.
  func advertise(_ advertising: Advertising)

  /// Reads all that is waiting, publishes it, then publishes `.drained` with the time at which nothing was left.
  func drain()

  /// Ends everything and closes what is open; also called after a `start` that threw.
  func stop()
}

/// Whether a discovery speaks.
public enum Advertising: Hashable, Sendable {
  /// Silence.
  case off
  /// A burst at once (one lost packet must not make two owners), then one advertisement per interval.
  case on
  /// A last burst, so that the peers' detection times start together; then silence.
  case farewell
}

/// What a discovery tells the core.
public enum DiscoveryEvent: Hashable, Sendable {
  /// Another gateway's advertisement. One's own, come back, is not published.
  case heard(HeardAdvertisement)
  /// Everything received until then has been published.
  case drained(through: MonotonicInstant)
  /// An advertisement left, for all this host can know.
  case advertised(at: MonotonicInstant)
  /// It was time to advertise, but the last advertisement was a detection time ago; silent until told `.on` again.
  case lapsed(at: MonotonicInstant)
  /// No peer can hear this gateway, for this reason; nothing is sent until it is connected again.
  case isolated(reason: String)
  /// The reason for the isolation is gone, or there never was one.
  case connected
}

/// What a discovery is given to work with.
public struct DiscoveryContext {
  /// Who we are, how often we speak, and the fleet's timing.
  public let configuration: GatewayConfiguration
  /// The thread's loop.
  public let loop: any EventLoop
  /// For what an operator should know; never blocks.
  public let logger: Logger
  /// Figures for `wmgwd2 status`.
  public let counters: Counters
  /// Says whether the core is alive; without it no periodic advertisement may leave.
  public let lease: AdvertisingLease
  /// Hands an event to the core; never blocks.
  public let publish: (DiscoveryEvent) -> Void
  /// To be told the time just before an advertisement leaves; never blocks. If the process dies between the two, peers
  /// have the advertisement, and the guard must not act before them. `publish` of `.advertised` follows all the same.
  public let willAdvertise: (MonotonicInstant) -> Void

  /// For the shell, and for tests of a discovery.
  public init(
    configuration: GatewayConfiguration, loop: any EventLoop, logger: Logger, counters: Counters,
    lease: AdvertisingLease, publish: @escaping (DiscoveryEvent) -> Void,
    willAdvertise: @escaping (MonotonicInstant) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.loop = loop
    self.logger = logger
    self.counters = counters
    self.lease = lease
    self.publish = publish
    self.willAdvertise = willAdvertise
  }
}
