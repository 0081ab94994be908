/// Why a VNI may have two owners, or none, for a while; each with its bound.
public enum Cause: String, Hashable, Sendable, CaseIterable {
  // Two owners, or none.
  /// A process was killed, or a machine lost power, or it was started again and has not made everything standby yet.
  case crash
  /// A process does not run, or has just come back.
  case pause
  /// A gateway's underlay has no carrier, or has it again.
  case isolation
  /// An effector fails, hangs or is slow, or an interface is missing.
  case effector
  /// Somebody else has changed an interface.
  case drift
  /// A gateway that has been away as the whole fleet was has served on, and lets others be for a claim delay.
  case resumption
  /// A gateway has just begun to serve, or has just been heard.
  case join
  /// A strategy without a common ranking, and views that differ.
  case unequalViews = "unequal views"
  /// Two gateways with one uid.
  case duplicateUID = "duplicate uid"
  /// Advertisements of a gateway that does not exist.
  case forged
  /// Advertisements are late: what is new is not known yet, and what is over is taken to be.
  case delay
  // Two owners.
  /// A gateway that stops serves on for a margin, so that its peers are up before.
  case stopMargin = "stop margin"
  /// A planned handover overlaps.
  case overlap
  /// Advertisements of the other were lost.
  case lostAdvertisements = "lost advertisements"
  /// A Go joiner is waited for.
  case goJoinerHold = "hold for a Go joiner"
  /// A Go daemon is at fault.
  case goDaemon = "go daemon"
  // None.
  /// A joiner that has heard nobody advertises for a claim delay before it takes over.
  case claim
  /// Nobody serves yet, or any more.
  case nobodyServes = "nobody serves"
  /// The owner is taken to be elsewhere.
  case refusal

  /// The longest that it lasts, as it is written.
  public var formula: String {
    switch self {
    case .crash: "no owner: D + 50 ms + T; two: until the restart + T, with a guard D + 200 ms"
    case .pause: "until the first packet heard + T; with a guard D + 200 ms"
    case .isolation: "while it lasts; then D + 50 ms + T"
    case .effector: "while it lasts; then until it is tried again + T"
    case .drift: "T"
    case .resumption: "claim delay + overlap + T"
    case .join: "T"
    case .unequalViews: "until views are equal + T"
    case .duplicateUID: "D + 2·I + T"
    case .forged: "D + 50 ms + T after the last packet"
    case .delay: "two owners: until the next one arrives + T; none: D + 50 ms + T after the last late one"
    case .stopMargin: "stop margin + burst + T"
    case .overlap: "handover overlap + T"
    case .lostAdvertisements: "until the next one arrives + T: I + T after the last that was lost"
    case .goJoinerHold: "D − I + overlap + T"
    case .goDaemon: "the Go daemon's own"
    case .claim: "claim delay + T"
    case .nobodyServes: "D + claim delay + 2·T from when somebody can"
    case .refusal: "D + 50 ms + T"
    }
  }
}
