import Glibc
import LinuxNetworking
import Logging
import WMGFramework

/// Where a host is in the underlay, as far as what it hears is judged by that.
struct UnderlayPlace {
  /// The index of the interface last found.
  var interface: UInt32?
  /// The address sent from now.
  var ownAddress: IPv4Address?
  /// The address last sent from, by which one's own echo is known.
  var lastOwnAddress: IPv4Address?
}

/// The way to the peers: finds the interface, opens listener and sender, and publishes `.connected` and `.isolated`,
/// each once per transition.
///
/// While isolated there is no sender, so nothing can leave. The listener, once open, stays: it survives the loss of
/// carrier and address.
final class Underlay {
  private let settings: UDPBroadcastSettings
  private let context: DiscoveryContext
  private var watch: LinkWatch?
  private var carrierProbe: CarrierProbe?
  private var retry: EventLoopTimer?
  private var lastLook: MonotonicInstant?
  private var isConnected: Bool?
  private var sendFailure: SystemCallError?
  private var holdDown = HoldDown()
  private var failureLog = OncePerMinute<String>()

  /// What one hears with, as soon as there is one.
  private(set) var listener: AdvertisementListener?
  /// Called when there is something to read.
  var onReadable: () -> Void = {}
  private var sender: AdvertisementSender?
  /// The interface last found.
  private var interface: BroadcastInterface?
  private var lastOwnAddress: IPv4Address?

  /// Where this host is now.
  var place: UnderlayPlace {
    UnderlayPlace(
      interface: interface?.index, ownAddress: sender?.interface.address, lastOwnAddress: lastOwnAddress)
  }

  init(_ settings: UDPBroadcastSettings, context: DiscoveryContext) {
    self.settings = settings
    self.context = context
  }

  /// Looks for the first time and goes on looking.
  ///
  /// - Throws: `PluginError.unusable`, for what waiting will not mend.
  func start() throws {
    watch = try LinkWatch(loop: context.loop) { [weak self] in
      // Whether the address is still there is asked where waiting for the answer holds nothing up.
      self?.carrierProbe?.probeNow()
      self?.lookSoon()
    }
    carrierProbe = try CarrierProbe(loop: context.loop) { [weak self] in self?.lookSoon() }
    do {
      try open()
      report(nil)
    } catch {
      if let fatal = error.fatal(settings) { throw fatal }
      report(error)
    }
  }

  func stop() {
    if let retry { context.loop.cancel(retry) }
    retry = nil
    watch?.stop()
    watch = nil
    carrierProbe?.stop()
    carrierProbe = nil
    if let listener { context.loop.unwatch(listener.socket.rawValue) }
    listener = nil
    sender = nil
  }

  /// Sends one advertisement; whether it left.
  func send(_ gateway: GatewayID) -> Bool {
    // Events may not have been read yet, and after them it is too late.
    if !isSenderUsable { look() }
    guard sender != nil else { return false }
    do {
      try sendOnceMoreIfNeeded(gateway)
      sendFailure = nil
      holdDown.reset()
      return true
    } catch {
      sendFailure = error
      context.counters.add(to: "send-failures")
      if let failures = failureLog.pass("send", at: context.loop.now) {
        context.logger.warning("\(error)", metadata: ["failures": "\(failures)"])
      }
      return false
    }
  }

  /// No advertisement has left for a detection time: if that is because sending failed, nobody can hear us.
  func advertisingLapsed() {
    guard let sendFailure, let interface else { return }
    self.sendFailure = nil
    sender = nil
    report(.unreachable(holdDown.begin("\(sendFailure)", over: interface, at: context.loop.now)))
  }

  private func sendOnceMoreIfNeeded(_ gateway: GatewayID) throws(SystemCallError) {
    do {
      try sender?.send(gateway)
    } catch {
      // The socket may be stale: its error is about an earlier packet, or its interface was made anew. It is closed
      // first (nothing else may hold it here), so that the next one can have the port.
      sender = nil
      look()
      guard sender != nil else { throw error }
      try sender?.send(gateway)
    }
  }

  /// Looks now, or a little later if it has just looked: events come in bunches.
  private func lookSoon() {
    let now = context.loop.now
    guard let lastLook, now - lastLook < .milliseconds(50) else { return look() }
    lookAgain(at: lastLook + .milliseconds(50))
  }

  private func lookAgain(at deadline: MonotonicInstant) {
    if let retry { context.loop.cancel(retry) }
    retry = context.loop.schedule(at: deadline) { [weak self] in
      self?.retry = nil
      self?.look()
    }
  }

  private func look() {
    do throws(UnderlayObstacle) {
      try open()
      report(nil)
    } catch {
      report(error)
    }
  }

  /// Waits for no lock of the kernel's, since every advertisement asks it.
  private var isSenderUsable: Bool {
    guard let sender, let carrierProbe else { return false }
    return sender.interface.isUp && !carrierProbe.isAddressLost
  }

  private func open() throws(UnderlayObstacle) {
    lastLook = context.loop.now
    if sender != nil, listener != nil {
      if isSenderUsable { return }
      // Another interface or address may have come in its place, so all is looked for anew.
      sender = nil
    }
    let found = BroadcastInterface.find(broadcast: settings.address, named: settings.interface)
    watch?.narrow(to: found)
    carrierProbe?.probe(found)
    guard let found else {
      if let name = settings.interface, !BroadcastInterface.exists(name) { throw .noInterface(name) }
      throw .noAddress(settings)
    }
    interface = found
    guard found.hasCarrier else { throw .noCarrier(interface: found.name) }
    if listener == nil { listener = try listen() }
    if let reason = holdDown.reason(against: found, at: context.loop.now) { throw .unreachable(reason) }
    do { sender = try AdvertisementSender(settings, over: found) } catch { throw .socket(error) }
    lastOwnAddress = found.address
  }

  private func listen() throws(UnderlayObstacle) -> AdvertisementListener {
    do {
      let listener = try AdvertisementListener(settings)
      context.loop.watch(listener.socket.rawValue) { [weak self] in self?.onReadable() }
      return listener
    } catch {
      throw .socket(error)
    }
  }

  private func report(_ obstacle: UnderlayObstacle?) {
    // A watch hears nothing of what is not the kernel's event, such as a port that is free again.
    if obstacle != nil { lookAgain(at: context.loop.now + .milliseconds(500)) }
    guard isConnected != (obstacle == nil) else { return }
    isConnected = obstacle == nil
    if let obstacle {
      context.publish(.isolated(reason: obstacle.description))
    } else {
      context.publish(.connected)
    }
  }
}
