import LinuxNetworking
import Logging
import WMGFramework

/// The heartbeat's thread: one discovery, its loop, and nothing that could make it wait.
final class DiscoveryThread: Sendable {
  private struct Orders: Sendable {
    var advertising: Advertising?
    var drain = false
    var stop = false
  }

  private let thread: LoopThread
  private let orders: Mailbox<Orders>

  init(
    _ plugin: any DiscoveryPlugin, _ options: PluginOptionValues, _ configuration: GatewayConfiguration,
    logger: Logger, counters: Counters, lease: AdvertisingLease, ticker: GuardTicker,
    core: Mailbox<CoreInbox>
  ) throws {
    let orders = OneTime<Mailbox<Orders>>()
    thread = try LoopThread(name: plugin.name) { loop in
      let mailbox = Mailbox(waker: loop.waker) { Orders() }
      orders.set(mailbox)
      let ticks = LifeTicks(ticker, on: loop, every: configuration.interval, lease: lease)
      let context = DiscoveryContext(
        configuration: configuration, loop: loop, logger: logger, counters: counters, lease: lease,
        publish: { event in
          ticks.note(event)
          core.send { $0.news.add(event) }
        },
        willAdvertise: { ticker.tick(at: $0) })
      Self.run(plugin, options, context, loop, mailbox, ticks, core)
    }
    self.orders = orders.wait()
  }

  func advertise(_ advertising: Advertising) { orders.send { $0.advertising = advertising } }
  func drain() { orders.send { $0.drain = true } }
  func stop() { orders.send { $0.stop = true } }

  private static func run(
    _ plugin: any DiscoveryPlugin, _ options: PluginOptionValues, _ context: DiscoveryContext,
    _ loop: EpollLoop, _ orders: Mailbox<Orders>, _ ticks: LifeTicks, _ core: Mailbox<CoreInbox>
  ) {
    var discovery: (any Discovery)?
    do {
      let made = try plugin.makeDiscovery(options, context: context)
      discovery = made
      try made.start()
      core.send { $0.started += 1 }
    } catch {
      core.send { $0.failures.append(pluginFailure(error, of: plugin.name, effector: nil)) }
    }
    loop.onWake {
      let taken = orders.take()
      if let advertising = taken.advertising {
        ticks.note(advertising)
        discovery?.advertise(advertising)
      }
      if taken.drain { discovery?.drain() }
      if taken.stop {
        ticks.stop()
        discovery?.stop()
        discovery = nil
        loop.stop()
      }
    }
    loop.run()
    core.send { $0.finished += 1 }
  }
}
