import WMGFramework

/// Sees everything and holds the fleet to its guarantees, between any two events.
///
/// What is so between two events was so all the time between; so whatever is the case when the next event comes is
/// examined with that event's time.
final class Judge {
  let bounds: Bounds
  let scenario: Scenario
  unowned var world: World!
  private(set) var violation: Violation?
  /// How many machines have each VNI up.
  private(set) var ownerCounts: [Int]
  /// The VNIs that have more than one, or none, since when, and for which cause since when.
  private(set) var oddities: [Int: Oddity] = [:]
  var acquaintances: [Acquaintance]
  /// The longest that each cause has explained two owners or none without a break.
  private(set) var longestDouble: [Cause: Duration] = [:]
  private(set) var longestOwnerless: [Cause: Duration] = [:]
  /// The most that any gateway has remembered, and that has waited for it.
  private(set) var mostRemembered = 0

  /// Whether all views were equal, when that was last asked.
  var settledViews: (moment: MonotonicInstant, are: Bool)?
  /// Those that serve, and why nobody does if so; at the moment that is being examined.
  var serving: [Host] = []
  var causeOfNobodyNow: Cause?
  /// What each machine has last heard of uids that are nobody's any more; by uid and the machine's number.
  private(set) var formerWords: [GatewayID: [Word?]] = [:]
  /// For each VNI the machines' places in its ranking, as long as no uid changes.
  var rankings: [[Int]?]
  private var hasChanged = true
  private var examinedAt: MonotonicInstant?

  /// In a large fleet something happens every few microseconds; a bound may be missed by this much there.
  static let slack = Duration.milliseconds(1)
  static let largeFleet = 12

  /// A VNI that has not one owner.
  struct Oddity {
    var count: Int
    var since: MonotonicInstant
    var cause: Cause?
    var causeSince: MonotonicInstant
  }

  /// An advertisement that arrived.
  struct Word {
    var arrivedAt: MonotonicInstant
    var isLate: Bool
  }

  init(_ scenario: Scenario) {
    self.scenario = scenario
    bounds = Bounds(scenario)
    ownerCounts = Array(repeating: 0, count: scenario.vniCount)
    let machines = scenario.machines.count
    rankings = Array(repeating: nil, count: scenario.vniCount)
    acquaintances = Array(repeating: Acquaintance(), count: machines * machines)
  }

  func attach(to world: World) {
    self.world = world
    for vni in ownerCounts.indices {
      oddities[vni] = Oddity(count: 0, since: world.now, cause: nil, causeSince: world.now)
    }
  }

  var hosts: [Host] { world.hosts }
  var now: MonotonicInstant { world.now }

  func report(
    _ symptom: Violation.Symptom, _ guarantee: Guarantee, _ finding: String, _ machines: [Int],
    at moment: MonotonicInstant? = nil
  ) {
    guard violation == nil else { return }
    violation = Violation(
      guarantee: guarantee, symptom: symptom, finding: finding, time: (moment ?? now) - world.start,
      machines: Array(Set(machines)).sorted())
  }

  // MARK: Who holds what

  func ownershipChanged(_ vni: Int, isUp: Bool, on host: Host) {
    hasChanged = true
    let before = ownerCounts[vni]
    ownerCounts[vni] += isUp ? 1 : -1
    let count = ownerCounts[vni]
    guard count != 1 else {
      oddities[vni] = nil
      return
    }
    // From two to three is no new beginning; from one to none is.
    if before > 1, count > 1 {
      oddities[vni]?.count = count
    } else {
      oddities[vni] = Oddity(count: count, since: now, cause: nil, causeSince: now)
    }
  }

  func owners(of vni: Int) -> [Host] { hosts.filter { $0.interfaces[vni].isUp } }

  /// Whether everything that is odd until then has a cause that allows for it.
  func examine(at moment: MonotonicInstant) {
    guard !oddities.isEmpty else { return }
    if hosts.count > Self.largeFleet, !hasChanged, let examinedAt, moment - examinedAt < Self.slack { return }
    (hasChanged, examinedAt) = (false, moment)
    serving = hosts.filter { $0.isServing && !$0.isHalted }
    causeOfNobodyNow = serving.isEmpty ? causeOfNobody(at: moment) : nil
    for vni in oddities.keys.sorted() {
      guard var oddity = oddities[vni] else { continue }
      let cause = oddity.count > 1 ? causeOfTwo(vni, at: moment) : causeOfNone(vni, at: moment)
      guard let cause else {
        complain(vni, oddity, at: moment)
        return
      }
      if oddity.cause != cause {
        oddity.cause = cause
        oddity.causeSince = max(oddity.since, now)
      }
      oddities[vni] = oddity
      let lasted = moment - oddity.causeSince
      if oddity.count > 1 {
        longestDouble[cause] = max(longestDouble[cause] ?? .zero, lasted)
      } else {
        longestOwnerless[cause] = max(longestOwnerless[cause] ?? .zero, lasted)
      }
    }
  }

  private func complain(_ vni: Int, _ oddity: Oddity, at moment: MonotonicInstant) {
    let lasted = (moment - oddity.since).inSeconds
    let former = oddity.cause.map { "; until now: \($0.rawValue), whose bound is \($0.formula)" } ?? ""
    if oddity.count > 1 {
      let owners = owners(of: vni)
      let names = owners.map { "g\($0.index) (\($0.uid))" }.joined(separator: ", ")
      report(
        .twoOwners, oddity.cause.map(Guarantee.window) ?? .noDouble,
        "VNI \(vni + 100) has \(names) for \(lasted) s\(former)", owners.map(\.index), at: moment)
    } else {
      let involved = ranking(of: vni).prefix(3)
      let first = involved.first?.truth.hasLeft == true && oddity.cause == nil
      report(
        .noOwner, first ? .orderlyStop : oddity.cause.map(Guarantee.window) ?? .noOwnerless,
        "VNI \(vni + 100) has no owner for \(lasted) s\(former); should be of "
          + involved.map { "g\($0.index)" }.joined(separator: ", "), involved.map(\.index), at: moment)
    }
  }

  // MARK: Who has heard whom

  func acquaintance(of listener: Host, with speaker: Host) -> Acquaintance {
    acquaintances[listener.index * hosts.count + speaker.index]
  }

  func heard(_ packet: Packet, from sender: Host?, by host: Host) {
    // What is no advertisement excuses nothing.
    guard let uid = packet.gateway else { return }
    if let sender, uid != sender.uid {
      formerWords[uid]?[host.index] = Word(arrivedAt: now, isLate: packet.isLate)
    } else if let sender {
      acquaintances[host.index * hosts.count + sender.index]
        .arrived(
          at: now, judgedUntil: judgedUntil(host), awakeSince: host.truth.wokeAt, bounds,
          isGo: !packet.isFromDiscoveryPort, isLate: packet.isLate)
    } else {
      host.truth.forgedAt = now
    }
    if uid != host.uid, host.truth.staleSince != nil { host.truth.hasStaleHeard = true }
    if uid != host.uid, !host.isHalted, host.truth.staleSince != nil, host.truth.staleHeardAt == nil {
      host.truth.staleHeardAt = now
    }
    if uid != host.uid { host.truth.lastHeardAnyone = now }
  }

  func lost(from sender: Host, to listener: Host) {
    acquaintances[listener.index * hosts.count + sender.index].lost(at: now, bounds)
  }

  func late(from sender: Host, to listener: Host, until arrival: MonotonicInstant) {
    let place = listener.index * hosts.count + sender.index
    acquaintances[place].lateUntil = max(acquaintances[place].lateUntil ?? arrival, arrival)
  }

  /// What was heard of a machine was heard of a uid that nobody has from now on.
  func willChangeUID(of host: Host) {
    formerWords[host.uid] = hosts.map { listener in
      let known = acquaintance(of: listener, with: host)
      return known.last.map { Word(arrivedAt: $0, isLate: known.isLastLate) }
    }
    for listener in hosts { acquaintances[listener.index * hosts.count + host.index] = Acquaintance() }
  }

  /// It begins anew to get acquainted, with whom it has heard since it may believe what it hears.
  func beginHearing(of host: Host) {
    let truth = host.truth
    let start = [truth.wokeAt, truth.staleSince].compactMap { $0 }.max()
    for other in hosts {
      let place = host.index * hosts.count + other.index
      acquaintances[place].since = acquaintances[place].last
      // What waited in the socket while it was away says nothing.
      if let start, let last = acquaintances[place].last, last < start { acquaintances[place].forget() }
    }
  }

  func forgetHearing(of host: Host) {
    for other in hosts {
      let place = host.index * hosts.count + other.index
      let underWay = acquaintances[place].lateUntil
      acquaintances[place] = Acquaintance()
      acquaintances[place].lateUntil = underWay
    }
    for uid in formerWords.keys { formerWords[uid]?[host.index] = nil }
  }

  // MARK: Announcements

  /// An announcement is repeated four times, 1.1 s apart; mirrors `AnnouncementSchedule` of GratuitousARP.
  static let repeats = Duration.milliseconds(4400)

  func announced(_ vni: Int, by host: Host) { host.truth.announcesUntil[vni] = now + Self.repeats }

  /// It announces nothing of a VNI any more.
  func fellSilent(on vni: Int, _ host: Host) {
    guard let until = host.truth.announcesUntil[vni] else { return }
    host.truth.announcesUntil[vni] = nil
    host.truth.lastAnnouncedAt[vni] = min(now, until)
  }

  /// At rest.
  func demandLastWord() {
    // A Go daemon announces as it likes.
    guard violation == nil, !scenario.machines.contains(where: \.isGo) else { return }
    for vni in ownerCounts.indices {
      guard let owner = owners(of: vni).first else { continue }
      let ownersWord = owner.truth.announcesUntil[vni].map { min(now, $0) } ?? world.start
      for other in hosts where other !== owner {
        guard let word = other.truth.lastAnnouncedAt[vni], word > ownersWord else { continue }
        // Whoever has another's uid comes and goes unseen.
        if hosts.contains(where: { $0 !== other && $0.uid == other.uid && $0.incarnations > 0 }) { continue }
        // Over a link that failed one way only, or as it slept through the silence, the owner has never missed the other,
        // and has had no sign of it: the next refresh is the last word then.
        if let since = acquaintance(of: owner, with: other).steadySince, let up = other.truth.upAt[vni],
          since < up
        {
          continue
        }
        // Somebody else spoke in the other's name meanwhile.
        if let forged = owner.truth.forgedAt, let up = other.truth.upAt[vni], forged + bounds.expiry >= up {
          continue
        }
        // It held on, unseen, when the owner had said all that it says when it hears somebody again.
        if let since = acquaintance(of: owner, with: other).steadySince, let left = other.truth.takenAt[vni],
          left > since + Self.repeats
        {
          continue
        }
        report(
          .lastWord, .lastWord,
          "VNI \(vni + 100) is g\(owner.index)'s, and g\(other.index) announced it later",
          [owner.index, other.index])
        return
      }
    }
  }

  /// After the last fault, when all bounds are over.
  func demandOneOwner() {
    guard violation == nil, hosts.contains(where: \.isRunning) else { return }
    for (vni, oddity) in oddities.sorted(by: { $0.key < $1.key }) {
      switch oddity.cause {
      // Planned handovers: one that was away joins again, as after any start.
      case .join, .overlap, .stopMargin, .goJoinerHold, .claim, .goDaemon, .duplicateUID: continue
      case .resumption where bounds.overlap > .zero: continue
      case .unequalViews where now <= oddity.since + bounds.overlap + bounds.takeover * 2: continue
      case .nobodyServes where hosts.allSatisfy({ !$0.isRunning || $0.process?.isLeaving == true }): continue
      default: break
      }
      let involved = oddity.count > 1 ? owners(of: vni) : Array(ranking(of: vni).prefix(3))
      report(
        .notRecovered, .recovery,
        "VNI \(vni + 100) has \(oddity.count) owners for \((now - oddity.since).inSeconds) s"
          + (oddity.cause.map { ", because of \($0.rawValue)" } ?? "")
          + ", \((now - world.start - scenario.quietFrom).inSeconds) s after the last fault",
        involved.map(\.index))
      return
    }
  }

  func noteRemembered(_ count: Int) { mostRemembered = max(mostRemembered, count) }
}

extension Guarantee {
  /// The window of a cause, as a guarantee of its own.
  static func window(_ cause: Cause) -> Guarantee {
    Guarantee("two owners or none because of \(cause.rawValue)", cause.formula)
  }
}
