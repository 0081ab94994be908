import WMGFramework

/// One machine: its clock, what its kernel keeps whatever happens to the process, and the process if one runs.
final class Host {
  /// A macvlan as the kernel has it.
  struct Interface {
    var exists = true
    /// Whether it carries the VNI: protodown off, operstate UP.
    var isUp = false
  }

  let index: Int
  let clock: HostClock
  let address: IPv4Address
  /// The uid of what runs here or ran here last.
  var uid: GatewayID
  var configuration: GatewayConfiguration
  var interfaces: [Interface]
  var hasCarrier = true
  var process: GatewayProcess?
  var goDaemon: GoDaemon?
  var warden: SimulatedGuard?
  /// How many processes have run here.
  var incarnations = 0
  /// The VNIs that the kernel refuses to switch.
  var refused: Set<Int> = []
  /// How many times as long as usual the effectors take.
  var slowness = 1
  /// Until then no effector of this machine answers.
  var effectorsHangUntil: MonotonicInstant?
  /// What is known of this machine by one who sees everything; the guarantees are checked against it.
  var truth = HostTruth()

  init(index: Int, clock: HostClock, configuration: GatewayConfiguration) {
    self.index = index
    self.clock = clock
    self.configuration = configuration
    uid = configuration.uid
    address = IPv4Address(rawValue: 0x0A00_0101 + UInt32(index))
    interfaces = Array(repeating: Interface(), count: configuration.vnis.count)
    truth.driftedAt = Array(repeating: nil, count: interfaces.count)
    truth.takenAt = truth.driftedAt
    truth.upAt = truth.driftedAt
    truth.announcesUntil = truth.driftedAt
    truth.lastAnnouncedAt = truth.driftedAt
  }

  var isRunning: Bool { process != nil || goDaemon != nil }
  /// Whether the core's thread runs.
  var isHalted: Bool { process.map { $0.isPaused || $0.isCoreHung } ?? false }
  /// Whether it serves what its view gives it.
  var isServing: Bool {
    if let goDaemon { return goDaemon.isAssigning }
    return process?.isActive ?? false
  }
}

/// What has happened to a machine and its gateway, in the world's time.
struct HostTruth {
  typealias Instant = MonotonicInstant

  var startedAt: Instant?
  var crashedAt: Instant?
  var pausedAt: Instant?
  var wokeAt: Instant?
  /// It stopped in good order and exited.
  var hasLeft = false
  /// The VNIs that it left up when it exited in good order, and what kept it from switching them.
  var leftUp: [Int: Cause] = [:]
  /// It exited because it was refused: a duplicate uid.
  var wasRefused = false
  var stopAskedAt: Instant?
  var isolatedAt: Instant?
  var reconnectedAt: Instant?
  /// Since when it has not run; of the last time, if it runs again.
  var haltedSince: Instant?
  /// Whether its core may know that it is isolated.
  var isIsolationKnown = false
  /// Since when its core has given nobody up because it was isolated, or because it had not run before that.
  var deafSince: Instant?
  /// When its core began to count silence again after that.
  var excusedAt: Instant?
  var servingSince: Instant?
  /// It has advertised without having heard anybody, and waits for the claim delay.
  var claimingSince: Instant?
  /// It noticed that it had been silent for D.
  var staleSince: Instant?
  /// The first packet that its kernel received after that, and that it could read.
  var staleHeardAt: Instant?
  /// Whether its kernel has received any since.
  var hasStaleHeard = false
  var wasStale = false
  var lastHeardAnyone: Instant?
  var viewChangedAt: Instant?
  /// Whether its effectors were at work on something earlier then.
  var wasAtWorkAtChange = false
  var leavingSince: Instant?
  var wasServingAtStop = false
  /// When it last gave everything up and began to listen again.
  var rejoinedAt: Instant?
  /// When it last served on because it had heard nobody.
  var resumedAt: Instant?
  var lastSentAt: Instant?
  /// When it last took in a forged packet.
  var forgedAt: Instant?
  var floodedAt: Instant?
  var guardFiredAt: Instant?
  /// An effector was at work when the process stopped running.
  var hadWorkInProgress = false
  /// Until then what its effectors do may be late or wrong.
  var troubleUntil: Instant?
  var troubleSince: Instant?
  /// How many troubles there are at the same time, and what the longest aftermath of those that are over is.
  var troubles = 0
  var troubleAftermath = Duration.zero
  /// Whether something fails so that only another try can mend it.
  var isTroubleRetried = false
  /// Which VNIs that concerns.
  var troubled: Set<Int> = []
  /// When each VNI was last changed from outside.
  var driftedAt: [Instant?] = []
  /// When each VNI was last set up in the kernel.
  var upAt: [Instant?] = []
  /// Until when the VNIs that are held are announced again and again.
  var announcesUntil: [Instant?] = []
  /// When each VNI was last announced, of those that are not any more.
  var lastAnnouncedAt: [Instant?] = []
  /// When each VNI was last taken or given up in the kernel.
  var takenAt: [Instant?] = []
}
