import GatewayLab
package import WMGFramework

/// Holds what was seen against what the guarantees allow.
package struct Judgement: Sendable {
  /// A time without exactly one owner.
  package struct Exception: Hashable, Sendable {
    package var vni: Int
    package var from: MonotonicInstant
    package var to: MonotonicInstant
    /// Everybody who was an owner at some time of it; empty when there was none.
    package var owners: [Int]
    /// What excuses it; `nil` when nothing does.
    package var cause: String?

    package var duration: Duration { to - from }
  }

  package let history: FleetHistory
  package let effects: [Effect]
  package let timing: FleetTiming
  /// By when one owner each is demanded; `nil` while faults go on.
  package let calmFrom: MonotonicInstant?
  /// The owner of each VNI that the strategy names, at the end; `nil` when that cannot be told.
  package let expected: [Int]?
  package private(set) var violations: [Violation] = []
  /// All times without exactly one owner that are longer than the observer's resolution.
  package private(set) var exceptions: [Exception] = []
  /// How many VNIs have another owner at the end than at the start.
  package private(set) var moved = 0

  package init(
    _ history: FleetHistory, effects: [Effect], timing: FleetTiming, calmFrom: MonotonicInstant?,
    expected: [Int]? = nil
  ) {
    self.history = history
    self.effects = effects
    self.timing = timing
    self.calmFrom = calmFrom
    self.expected = expected
    let spans = history.spans()
    for vni in spans.indices { judge(vni, spans[vni]) }
    judgeChanges(spans)
    judgeAnnouncements()
  }

  // MARK: Without exactly one owner

  private mutating func judge(_ vni: Int, _ spans: [OwnershipSpan]) {
    let first = spans[0].owners
    let last = spans[spans.count - 1].owners
    if first != last { moved += 1 }
    var open: (exception: Exception, sets: [[Int]])?
    for span in spans {
      let isException = span.owners.count != 1
      // Two owners or three are one time; none is another.
      if let current = open, !isException || span.owners.isEmpty != current.exception.owners.isEmpty {
        judge(current.exception, current.sets)
        open = nil
      }
      guard isException else { continue }
      var current =
        open ?? (Exception(vni: vni, from: span.from, to: span.to, owners: []), [])
      current.exception.to = span.to
      current.exception.owners = Set(current.exception.owners).union(span.owners).sorted()
      current.sets.append(span.owners)
      open = current
    }
    if let open { judge(open.exception, open.sets) }
    guard let expected, last != [expected[vni]] else { return }
    violations.append(
      Violation(
        .rightOwner, vni: vni, gateways: last, at: history.end,
        note: "owned by \(names(last)), must be \(names([expected[vni]]))"))
  }

  private mutating func judge(_ exception: Exception, _ sets: [[Int]]) {
    guard exception.duration > history.resolution else { return }
    var exception = exception
    let isShared = !exception.owners.isEmpty
    let matching = effects.filter { effect in
      effect.concerns(exception.vni) && effect.from <= exception.to && exception.from <= effect.to
        && (isShared ? effect.shared : effect.unowned) != nil
    }
    // One cause alone, or, where several faults were under way, together; two effects of one fault never add up.
    let byFault = Dictionary(grouping: matching, by: \.fault).mapValues { effects in
      effects.map { effect in
        (
          excused: effect.excuse(
            isShared ? effect.shared : effect.unowned, from: exception.from, to: exception.to),
          effect: effect
        )
      }.max { $0.excused < $1.excused }
    }
    let best = byFault.values.compactMap { $0 }.sorted { $0.excused > $1.excused }
    let excused = best.reduce(Duration.zero) { $0 + $1.excused }
    let concerned = best.reduce(into: Set<Int>()) { $0.formUnion($1.effect.gateways) }
    let isComposed = !isShared || sets.allSatisfy { $0.count { !concerned.contains($0) } <= 1 }
    let isExcused = isComposed && excused + history.resolution >= exception.duration
    exception.cause = isExcused ? best.first?.effect.cause : nil
    exceptions.append(exception)
    if let calmFrom, exception.to > calmFrom + history.resolution {
      violations.append(
        Violation(
          .oneOwner, vni: exception.vni, gateways: exception.owners, at: exception.from,
          measured: exception.to - calmFrom, bound: .zero,
          note: (isShared ? "owned by \(names(exception.owners))" : "nobody")
            + " until \(seconds(exception.to - calmFrom)) after the bound"))
    }
    guard !isExcused else { return }
    let why = best.first.map { "the most that is excused, by \($0.effect.cause), is \(seconds(excused))" }
    violations.append(
      Violation(
        isShared ? .twoOwners : .noOwner, vni: exception.vni, gateways: exception.owners, at: exception.from,
        measured: exception.duration, bound: excused,
        note: (isShared ? "owned by \(names(exception.owners))" : "owned by nobody") + "; "
          + (isComposed ? why ?? "nothing excuses it" : "not all of them are concerned by a fault")))
  }

  // MARK: Changes without a cause

  private mutating func judgeChanges(_ spans: [[OwnershipSpan]]) {
    for transition in history.transitions {
      let vni = transition.vni
      let ends = Set(spans[vni][0].owners + spans[vni][spans[vni].count - 1].owners)
      let isCaused = effects.contains { effect in
        guard effect.concerns(vni), effect.from <= transition.at,
          transition.at <= effect.to + history.resolution
        else { return false }
        return effect.gateways.contains(transition.gateway)
          || (effect.movesVNIs && !effect.gateways.isDisjoint(with: ends))
      }
      guard !isCaused else { continue }
      violations.append(
        Violation(
          .noChange, vni: vni, gateways: [transition.gateway], at: transition.at,
          note: "\(names([transition.gateway])) went \(transition.isUp ? "up" : "down")"))
    }
  }

  // MARK: Announcements

  /// A gateway that has come up for longer than T must have announced itself within T.
  private mutating func judgeAnnouncements() {
    struct Place: Hashable {
      var gateway: Int
      var vni: Int
    }
    let announced = Dictionary(grouping: history.announcements) { Place(gateway: $0.gateway, vni: $0.vni) }
    var upSince: [Place: MonotonicInstant] = [:]
    func judge(_ place: Place, from: MonotonicInstant, to: MonotonicInstant) -> Violation? {
      let deadline = from + timing.takeover + history.resolution
      guard to > deadline else { return nil }
      let isSilenced = history.silences.contains {
        $0.gateway == place.gateway && $0.from <= deadline && from <= $0.to
      }
      guard !isSilenced else { return nil }
      // It may have been read off the wire before the observer read of the interface.
      let times = (announced[place] ?? []).map(\.at).filter { $0 >= from - history.resolution }
      let soonest = times.min()
      if let soonest, soonest <= deadline { return nil }
      return Violation(
        .announced, vni: place.vni, gateways: [place.gateway], at: from, measured: soonest.map { $0 - from },
        bound: timing.takeover,
        note: soonest == nil ? "it was never announced" : "it was announced late")
    }
    for transition in history.transitions {
      let place = Place(gateway: transition.gateway, vni: transition.vni)
      if transition.isUp {
        upSince[place] = transition.at
      } else if let since = upSince.removeValue(forKey: place),
        let violation = judge(place, from: since, to: transition.at)
      {
        violations.append(violation)
      }
    }
    for (place, since) in upSince.sorted(by: { ($0.key.gateway, $0.key.vni) < ($1.key.gateway, $1.key.vni) })
    {
      if let violation = judge(place, from: since, to: history.end) { violations.append(violation) }
    }
  }

  private func names(_ gateways: [Int]) -> String {
    gateways.isEmpty ? "nobody" : gateways.map { "g\($0 + 1)" }.joined(separator: " and ")
  }
}
