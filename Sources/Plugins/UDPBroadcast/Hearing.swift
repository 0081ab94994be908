import LinuxNetworking
import Logging
import WMGFramework

/// What becomes of a packet: published, or dropped for one of a few reasons, each counted.
final class Hearing {
  private enum Drop: String {
    case uidZero = "dropped-uid-zero"
    case notAllowed = "dropped-not-allowed"
    case tableFull = "dropped-peer-table-full"
    case otherInterface = "dropped-other-interface"
    case wrongLength = "dropped-wrong-length"
    case bufferFull = "dropped-receive-buffer-full"

    var explanation: String {
      switch self {
      case .uidZero: "packets with uid 0 dropped"
      case .notAllowed: "advertisements dropped: their uid is not in udp-broadcast.allow"
      case .tableFull: "advertisements of unknown uids dropped: the peer table is full of others"
      case .otherInterface: "packets dropped: they came in by another interface than the underlay's"
      case .wrongLength: "packets dropped: they are not 8 bytes long, so no advertisements"
      case .bufferFull: "packets dropped: they come faster than they are read (udp-broadcast.receive-buffer)"
      }
    }
  }

  private let settings: UDPBroadcastSettings
  private let context: DiscoveryContext
  private let underlay: Underlay
  private var peers: PeerTable
  private var dropLog = OncePerMinute<Drop>()

  init(_ settings: UDPBroadcastSettings, context: DiscoveryContext, underlay: Underlay) {
    self.settings = settings
    self.context = context
    self.underlay = underlay
    let configuration = context.configuration
    peers = PeerTable(
      limit: configuration.peerLimit, memory: configuration.detectionTime + configuration.expiryGrace)
  }

  /// Reads some of what waits; under a flood not all, so that timers get their turn.
  func read() {
    underlay.listener?.judgeDrops()
    var batches = 16
    while batches > 0, underlay.listener?.readBatch({ hear($0, at: underlay.place) }) == nil { batches -= 1 }
  }

  /// Reads all that was waiting when it was called; returns the time up to which nothing received is left unread.
  ///
  /// Under a flood the socket may never be empty. Then it ends after as many packets as can have been waiting, and
  /// what it says is the time at which it began.
  func drain() -> MonotonicInstant {
    let start = context.loop.now
    guard let listener = underlay.listener else { return start }
    listener.judgeDrops()
    var remaining = listener.mostWaiting
    while remaining > 0 {
      if let empty = underlay.listener?.readBatch({ hear($0, at: underlay.place) }) { return empty }
      remaining -= 64
    }
    return start
  }

  /// Brings the kernel's drop counter into ours.
  func countDrops() {
    guard let drops = underlay.listener?.takeDrops() else { return }
    drop(.wrongLength, drops.wrongLength)
    drop(.bufferFull, drops.bufferFull)
  }

  /// Publishes a packet, or drops and counts it, by where this host is in the underlay.
  func hear(_ packet: AdvertisementListener.Received, at place: UnderlayPlace) {
    // Ours send from the discovery port, and only when they can serve; a Go daemon sends from any other.
    let canServe = packet.port == settings.port
    // A tenant on an overlay's interface may send to the underlay's broadcast address too.
    guard packet.interface == place.interface else { return drop(.otherInterface, 1) }
    guard let gateway = GatewayID(rawValue: packet.uid) else { return drop(.uidZero, 1) }
    if gateway == context.configuration.uid {
      // Anyone else under our uid is published, whatever the allow-list says: the core must know.
      if packet.source == place.lastOwnAddress { return context.counters.add(to: "echoes") }
    } else if !settings.allowed.isEmpty, !settings.allowed.contains(gateway) {
      return drop(.notAllowed, 1)
    } else if !peers.admit(gateway, canServe: canServe, at: packet.receivedAt) {
      return drop(.tableFull, 1)
    }
    context.counters.add(to: "advertisements-received")
    let state: Advertisement.State? = canServe ? .active : nil
    context.publish(
      .heard(
        HeardAdvertisement(
          Advertisement(gateway: gateway, state: state), from: packet.source,
          ownAddress: place.ownAddress, receivedAt: packet.receivedAt)))
  }

  private func drop(_ reason: Drop, _ packets: Int) {
    guard packets > 0 else { return }
    context.counters.add(packets, to: reason.rawValue)
    if let count = dropLog.pass(reason, events: packets, at: context.loop.now) {
      context.logger.warning(
        "\(reason.explanation)", metadata: ["packets": "\(count)", "on": "\(settings.destination)"])
    }
  }
}
