import WMGFramework

/// Something that happens at a moment of the world.
enum WorldEvent {
  /// A packet reaches a machine's kernel.
  case packet(to: Int, Packet)
  /// Something of one process; nothing, if that process is gone.
  case process(host: Int, incarnation: Int, ProcessEvent)
  case goDaemon(host: Int, incarnation: Int, GoEvent)
  case guardDue(host: Int, generation: Int)
  case faultBegins(Int)
  case faultEnds(Int)
  /// One machine's share of a fault that befalls several, each in its own time.
  case machine(Int, MachineEvent)
  /// A bound may have passed.
  case check
}

/// A datagram under way, most likely an advertisement.
struct Packet {
  /// Of an advertisement, in bytes.
  static let length = 8

  /// Its first eight bytes.
  var uid: UInt64
  var length = Packet.length
  /// The machine that sent it; `nil` if it was forged.
  var from: Int?
  var source: IPv4Address
  var isFromDiscoveryPort: Bool
  /// It comes later than any healthy or disturbed link would have it.
  var isLate = false

  /// Whom it is of; mirrors what the filter of `AdvertisementListener` lets through, and what `Hearing` takes of that.
  var gateway: GatewayID? { length == Self.length ? GatewayID(rawValue: uid) : nil }
}

/// What wakes one of a process's threads.
enum ProcessEvent {
  case coreWoken
  case coreTimer(generation: Int)
  case discoveryWoken
  case socketReadable
  case heartbeat(generation: Int, isBurst: Bool)
  case guardBeat(generation: Int)
  case effectorWoken(Int)
  case effectorDone(Int)
  /// The kernel says that an interface has changed.
  case interfaceChanged(Int)

  /// Whether it is the core's thread that wakes.
  var isOfCore: Bool {
    switch self {
    case .coreWoken, .coreTimer: true
    default: false
    }
  }
}

enum MachineEvent {
  case start
  case stop
  case pause
  case wake
  case forge(uid: UInt64, length: Int, isFromDiscoveryPort: Bool)
}

enum GoEvent {
  case advertise
  case assign
}
