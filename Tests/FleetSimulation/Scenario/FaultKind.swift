import WMGFramework

/// What can go wrong in a simulated fleet, and what operators do to it.
public enum FaultKind: String, Hashable, Sendable, CaseIterable {
  /// Each packet on some links is lost with a probability.
  case loss
  /// Loss in one direction only.
  case asymmetricLoss = "asymmetric-loss"
  /// Packets take longer, each by its own time, so that they overtake each other.
  case reordering
  /// Packets are late by more than I, some by more than D, as from a buffer that is much too large.
  case delay
  /// Packets arrive twice.
  case duplication
  /// One gateway does not hear another, which hears it.
  case oneWayLink = "one-way-link"
  /// Some hear none of the others, which hear them; or the other way round.
  case oneWayPartition = "one-way-partition"
  /// One gateway hears nobody and is heard by nobody, and none of them has a sign of it.
  case partitionOfOne = "partition-of-one"
  /// Two halves do not hear each other.
  case partitionOfHalves = "partition-of-halves"
  /// A process is killed; the kernel keeps what it had; started again at the end, with the same uid.
  case crash
  /// The same, started again with another uid.
  case crashWithNewUID = "crash-new-uid"
  /// The same, and nobody starts it again.
  case crashForGood = "crash-for-good"
  /// A machine is gone with all its interfaces, and comes back at the end.
  case powerLoss = "power-loss"
  /// A process does not run; its kernel goes on receiving.
  case pause
  /// Several do not run at the same time, each for a time of its own.
  case pauseOfSeveral = "pause-of-several"
  /// None runs.
  case pauseOfAll = "pause-of-all"
  /// The core's thread hangs; its heartbeat and its effectors do not.
  case hungCore = "hung-core"
  /// Effectors take many times as long.
  case slowEffector = "slow-effector"
  /// The kernel refuses to switch some interfaces.
  case failingEffector = "failing-effector"
  /// An effector's thread does not answer.
  case silentEffector = "silent-effector"
  /// Interfaces are deleted, and made again at the end.
  case vanishedInterface = "vanished-interface"
  /// Somebody else sets a standby's interfaces up.
  case driftUp = "drift-up"
  /// Somebody else sets an owner's interfaces to protodown.
  case driftDown = "drift-down"
  /// A gateway's underlay has no carrier.
  case isolation
  /// Nobody's underlay has, as when the switch restarts.
  case isolationOfAll = "isolation-of-all"
  /// A gateway is started.
  case join
  /// Many are started, within a moment.
  case joinOfMany = "join-of-many"
  /// A gateway is stopped in good order.
  case stop
  /// Many are stopped in good order, within a moment.
  case stopOfMany = "stop-of-many"
  /// A gateway loses its carrier, and is stopped in good order soon after.
  case isolatedStop = "isolated-stop"
  /// A Go daemon is started.
  case goJoin = "go-join"
  /// A Go daemon is killed, with its interfaces.
  case goStop = "go-stop"
  /// Advertisements of a uid that nobody has, once or repeated.
  case forgedUID = "forged-uid"
  /// Advertisements of a uid that a gateway has.
  case forgedOwnUID = "forged-own-uid"
  /// More uids than the peer table has room for.
  case flood
  /// Packets that are no advertisements: of another length, or of uid 0.
  case garbage
  /// A second gateway is started with the uid of a first.
  case duplicateUID = "duplicate-uid"
  /// A gateway goes over to other margins and another isolation policy.
  case reload
}

/// One fault of a scenario.
public struct Fault: Hashable, Sendable {
  /// What.
  public var kind: FaultKind
  /// When it begins, counted from the start of the world.
  public var start: Duration
  /// How long it lasts; zero for what happens at once.
  public var length: Duration
  /// Whom it befalls, by the numbers of their machines; for joins, machines that are free.
  public var machines: [Int]
  /// How bad it is, 0…1; what that means depends on the kind.
  public var severity: Double

  /// When it is over.
  public var end: Duration { start + length }
}

extension Fault: CustomStringConvertible {
  /// `12.3s pause of 1 for 4s`.
  public var description: String {
    let machines = machines.map { "g\($0)" }.joined(separator: ",")
    return "\(kind.rawValue) of \(machines) for \(length.inSeconds)s (\(Int(severity * 100)) %)"
  }
}

extension Duration {
  /// In seconds, to the millisecond: `12.345`.
  var inSeconds: String {
    let milliseconds = nanoseconds / 1_000_000
    let fraction = String(abs(milliseconds % 1000))
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}
