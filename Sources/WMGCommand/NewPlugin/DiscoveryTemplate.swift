/// A new discovery: for a gateway that is alone, with all duties but a network.
enum DiscoveryTemplate {
  static func source(_ names: NewPluginNames) -> String {
    """
    public import WMGFramework

    /// Tells the peers that this gateway lives, and hears which of them do. As it is here, there are none.
    ///
    /// All methods are called on a thread of its own; `context.loop` has its timers, and watches descriptors.
    final class \(names.type): Discovery {
      private let burst: Int
      private let context: DiscoveryContext
      private var timer: EventLoopTimer?
      private var lastAdvertised: MonotonicInstant

      init(burst: Int, _ context: DiscoveryContext) {
        self.burst = burst
        self.context = context
        lastAdvertised = context.loop.now
      }

      func start() {
        // Open a socket here, `context.loop.watch` it, and publish `.heard` with the time of each packet's receipt.
        context.publish(.connected)
      }

      func advertise(_ advertising: Advertising) {
        if let timer { context.loop.cancel(timer) }
        timer = nil
        lastAdvertised = context.loop.now
        switch advertising {
        case .off: break
        case .on:
          // One lost packet must not make two owners, so the first saying is repeated.
          for _ in 1..<burst { speak(at: lastAdvertised) }
          beat()
        case .farewell:
          for _ in 0..<burst { speak(at: lastAdvertised) }
        }
      }

      func drain() {
        // Read all that waits before this: the core judges by it who is silent.
        context.publish(.drained(through: context.loop.now))
      }

      func stop() { advertise(.off) }

      private func beat() {
        let now = context.loop.now
        guard now - lastAdvertised < context.configuration.detectionTime else {
          // The peers have given this gateway up.
          context.publish(.lapsed(at: now))
          return
        }
        // A core that hangs must not be taken for a live one.
        if context.lease.isValid(at: now) { speak(at: now) }
        timer = context.loop.schedule(at: now + context.configuration.interval) { [weak self] in self?.beat() }
      }

      private func speak(at now: MonotonicInstant) {
        context.willAdvertise(now)
        // Send here; publish `.advertised` only if it left.
        lastAdvertised = now
        context.counters.add(to: "advertisements-sent")
        context.publish(.advertised(at: now))
      }
    }

    /// What makes it choosable: `--discovery \(names.plugin)`.
    public struct \(names.type)Plugin: DiscoveryPlugin {
      let burst = PluginOption(
        "burst", default: 3, in: 1...10, unit: "packets",
        help: "how often the first and the last advertisement are said")

      /// A plugin with its options at their defaults.
      public init() {}

      /// `\(names.plugin)`
      public var name: String { "\(names.plugin)" }
      /// One line: what it does.
      public var summary: String { "for a gateway that is alone" }
      /// What can be set.
      public var options: [any AnyPluginOption] { [burst] }

      /// Makes the discovery, on the thread that it will run on.
      public func makeDiscovery(_ options: PluginOptionValues, context: DiscoveryContext) -> any Discovery {
        \(names.type)(burst: options[burst], context)
      }
    }

    """
  }

  static func test(_ names: NewPluginNames) -> String {
    """
    import LinuxNetworking
    import Testing
    import WMGFramework

    @testable import \(names.type)

    @Suite struct \(names.type)Tests {
      @Test func itSpeaksAtOnceAndThenAtEveryInterval() throws {
        let loop = try EpollLoop()
        let uid = try #require(GatewayID(rawValue: 1))
        var configuration = GatewayConfiguration(uid: uid, vnis: try VNISet(parsing: "1"))
        configuration.interval = .milliseconds(50)
        let counters = Counters()
        let lease = AdvertisingLease(until: loop.now + .seconds(10))
        var isConnected = false
        let plugin = \(names.type)Plugin()
        let discovery = plugin.makeDiscovery(
          PluginOptionValues(),
          context: DiscoveryContext(
            configuration: configuration, loop: loop, logger: .init(label: "test"), counters: counters,
            lease: lease, publish: { if case .connected = $0 { isConnected = true } }))
        try discovery.start()
        #expect(isConnected)
        #expect(counters["advertisements-sent"] == 0)
        discovery.advertise(.on)
        #expect(counters["advertisements-sent"] == 3)
        loop.schedule(at: loop.now + .milliseconds(500)) { loop.stop() }
        loop.run()
        discovery.stop()
        #expect((5...14).contains(counters["advertisements-sent"]))
      }
    }

    """
  }
}
