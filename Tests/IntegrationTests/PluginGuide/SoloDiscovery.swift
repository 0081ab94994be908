import WMGFramework

/// The discovery of docs/PLUGINS.md.
final class SoloDiscovery: Discovery {
  private let context: DiscoveryContext
  private var timer: EventLoopTimer?
  private var lastAdvertised: MonotonicInstant

  init(_ context: DiscoveryContext) {
    self.context = context
    lastAdvertised = context.loop.now
  }

  func start() { context.publish(.connected) }

  func advertise(_ advertising: Advertising) {
    if let timer { context.loop.cancel(timer) }
    timer = nil
    lastAdvertised = context.loop.now
    switch advertising {
    case .off: break
    case .on: beat()
    case .farewell: speak(at: lastAdvertised)
    }
  }

  func drain() { context.publish(.drained(through: context.loop.now)) }

  func stop() { advertise(.off) }

  private func beat() {
    let now = context.loop.now
    guard now - lastAdvertised < context.configuration.detectionTime else {
      context.publish(.lapsed(at: now))
      return
    }
    if context.lease.isValid(at: now) { speak(at: now) }
    timer = context.loop.schedule(at: now + context.configuration.interval) { [weak self] in self?.beat() }
  }

  private func speak(at now: MonotonicInstant) {
    context.willAdvertise(now)
    // A real discovery sends here.
    lastAdvertised = now
    context.publish(.advertised(at: now))
  }
}

struct SoloPlugin: DiscoveryPlugin {
  var name: String { "solo" }
  var summary: String { "hears nobody and needs no network: for a gateway that is alone" }

  func makeDiscovery(_ options: PluginOptionValues, context: DiscoveryContext) -> any Discovery {
    SoloDiscovery(context)
  }
}
