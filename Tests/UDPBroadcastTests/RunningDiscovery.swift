import LinuxNetworking
import Logging
import Synchronization
import WMGFramework

@testable import UDPBroadcast

/// A discovery on a thread of its own, inside a network namespace (or, for `nil`, this
/// one), as the daemon runs it.
final class RunningDiscovery: Sendable {
  struct Seen: Sendable {
    var event: DiscoveryEvent
    var at: MonotonicInstant
  }

  let counters = Counters()
  let lease = AdvertisingLease(until: BootTimeClock.now + .seconds(1000))
  private let seen = Mutex<[Seen]>([])
  private let failure = Mutex<String?>(nil)
  private let isUp = Mutex(false)
  private let mailbox = Mutex<Mailbox<[@Sendable (any Discovery, EpollLoop) -> Void]>?>(nil)
  private let thread = Mutex<LoopThread?>(nil)

  init(
    in namespace: String?, uid: UInt64 = 11, interval: Duration = .milliseconds(200), peerLimit: Int = 1024,
    options: [(name: String, text: String)] = [],
    willAdvertise: @escaping @Sendable (MonotonicInstant) -> Void = { _ in }
  ) throws {
    var configuration = GatewayConfiguration(uid: GatewayID(rawValue: uid)!, vnis: VNISet())
    configuration.interval = interval
    configuration.peerLimit = peerLimit
    let settled = configuration
    let values = try PluginOptionValues(decoding: options, for: UDPBroadcastPlugin())
    let made = try LoopThread(name: "discovery") { [self] loop in
      if let namespace { enter(namespace) }
      let mailbox = Mailbox<[@Sendable (any Discovery, EpollLoop) -> Void]>(waker: loop.waker) { [] }
      let context = DiscoveryContext(
        configuration: settled, loop: loop, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        counters: counters, lease: lease,
        publish: { [self] event in seen.withLock { $0.append(Seen(event: event, at: BootTimeClock.now)) } },
        willAdvertise: willAdvertise)
      let discovery = UDPBroadcastPlugin().makeDiscovery(values, context: context)
      loop.onWake { for order in mailbox.take() { order(discovery, loop) } }
      do { try discovery.start() } catch { failure.withLock { $0 = "\(error)" } }
      self.mailbox.withLock { $0 = mailbox }
      isUp.withLock { $0 = true }
      loop.run()
      discovery.stop()
    }
    thread.withLock { $0 = made }
    _ = eventually { isUp.withLock { $0 } }
  }

  var startFailure: String? { failure.withLock { $0 } }
  var events: [Seen] { seen.withLock { $0 } }

  /// The advertisements heard so far.
  var heard: [HeardAdvertisement] {
    events.compactMap { if case .heard(let heard) = $0.event { heard } else { nil } }
  }

  var advertisedAt: [MonotonicInstant] {
    events.compactMap { if case .advertised(let at) = $0.event { at } else { nil } }
  }

  /// `connected` and `isolated`, in order.
  var reach: [String] {
    events.compactMap {
      switch $0.event {
      case .connected: "connected"
      case .isolated: "isolated"
      default: nil
      }
    }
  }

  var hasLapsed: Bool { events.contains { if case .lapsed = $0.event { true } else { false } } }

  /// Runs `order` on the discovery's thread.
  func tell(_ order: @escaping @Sendable (any Discovery) -> Void) {
    mailbox.withLock { $0 }?.send { $0.append { discovery, _ in order(discovery) } }
  }

  func advertise(_ advertising: Advertising) { tell { $0.advertise(advertising) } }

  func stop() {
    mailbox.withLock { $0 }?.send { $0.append { _, loop in loop.stop() } }
    thread.withLock { $0 }?.join()
  }
}
