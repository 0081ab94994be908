import LinuxNetworking
import Logging
import WMGFramework

/// How the effector notices what changes by itself.
extension MacvlanEffector {
  /// Takes in waiting events. When this returns, what is known is as new as the last answer, so our own doings do not
  /// look like drift.
  func catchUp() -> RouteChanges {
    guard let monitor else { return RouteChanges() }
    do {
      let changes = try monitor.catchUp()
      if changes.isEverything { context.counters.add(to: "netlink-overruns") }
      return changes
    } catch {
      context.logger.error("cannot follow the kernel's interfaces: \(error)")
      catchUpLater()
      return RouteChanges()
    }
  }

  /// What could not be read is not announced again by an event.
  private func catchUpLater() {
    guard !isCatchingUpLater else { return }
    isCatchingUpLater = true
    context.loop.schedule(at: context.loop.now + .seconds(1)) { [weak self] in
      guard let self else { return }
      isCatchingUpLater = false
      look(at: catchUp())
    }
  }

  /// Compares what should be with what is, for the interfaces that changed.
  func look(at changes: RouteChanges) {
    guard !changes.isEmpty, monitor != nil else { return }
    var news = News()
    if changes.isEverything {
      awaitingLower = [:]
      for vni in records.keys { look(at: vni, &news) }
    } else {
      for name in changes.names {
        if let vni = settings.pattern.vni(of: name) { look(at: vni, &news) }
        for vni in awaitingLower.removeValue(forKey: name) ?? [] { look(at: vni, &news) }
      }
    }
    deliver(&news)
  }

  private func look(at vni: VNI, _ news: inout News) {
    guard let record = records[vni], let monitor else { return }
    let name = settings.pattern.name(of: vni)
    if let hindrance = record.wanted.hindrance(name, in: monitor.links) {
      switch record.told {
      case .confirmed: drift(vni, hindrance.reason(name), &news)
      case .pending, .failed: fail(vni, hindrance, name, &news)
      case .drifted: break
      }
    } else if let link = monitor.links[name] {
      switch record.told {
      case _ where record.wanted.isMet(by: link):
        if record.told != .confirmed { confirm(vni, link, &news) }
      case .confirmed: drift(vni, Self.driftReason(name, link, record.wanted), &news)
      case .failed(_, isHindered: true): drift(vni, "\(name) can be switched now", &news)
      case .failed, .pending, .drifted: break
      }
    }
  }

  private static func driftReason(_ name: String, _ link: Link, _ wanted: Wanted) -> String {
    switch wanted {
    case .active where link.isProtoDown: "protodown was set on \(name), which this gateway serves"
    case .active: "\(name), which this gateway serves, is no longer UP"
    case .standby where link.isProtoDown:
      "\(name) is UP in spite of protodown; its lower device has come back"
    case .standby: "protodown was cleared on \(name), which another gateway serves"
    }
  }

  // MARK: - Telling

  func confirm(_ vni: VNI, _ link: Link, _ news: inout News) {
    guard let record = records[vni] else { return }
    news.outcomes.append((vni, record.wanted.outcome))
    if record.leavesForwardingEntry, let monitor,
      let entry = ForwardingEntry(vni, of: link, in: monitor.links)
    {
      news.forgotten.append(entry)
    }
    records[vni]?.leavesForwardingEntry = false
    records[vni]?.told = .confirmed
  }

  func fail(_ vni: VNI, _ hindrance: Hindrance, _ name: String, _ news: inout News) {
    stopAwaitingLower(vni)
    if case .lowerWithoutCarrier(let lower) = hindrance {
      awaitingLower[lower, default: []].insert(vni)
      records[vni]?.awaitedLower = lower
    }
    fail(vni, reason: hindrance.reason(name), isHindered: true, &news)
  }

  /// What becomes of the lower device does not concern the VNI any more.
  func stopAwaitingLower(_ vni: VNI) {
    guard let lower = records[vni]?.awaitedLower else { return }
    records[vni]?.awaitedLower = nil
    awaitingLower[lower]?.remove(vni)
    if awaitingLower[lower]?.isEmpty == true { awaitingLower[lower] = nil }
  }

  /// A failure that the core is to retry; without a hindrance no event tells when.
  func fail(_ vni: VNI, reason: String, isHindered: Bool = false, _ news: inout News) {
    let told = Told.failed(reason: reason, isHindered: isHindered)
    guard records[vni]?.told != told else { return }
    news.outcomes.append((vni, .failed(reason: reason)))
    records[vni]?.told = told
  }

  private func drift(_ vni: VNI, _ reason: String, _ news: inout News) {
    news.drifts.append((vni, reason))
    records[vni]?.told = .drifted
  }

  /// Tells the core, and has bridges forget what they should.
  func deliver(_ news: inout News) {
    if !news.outcomes.isEmpty { context.report(news.outcomes) }
    if !news.drifts.isEmpty { context.drift(news.drifts) }
    if !news.forgotten.isEmpty { forget(news.forgotten) }
    news = News()
  }
}

extension RouteChanges {
  /// Adds what another look found.
  mutating func merge(_ other: RouteChanges) {
    names.formUnion(other.names)
    isEverything = isEverything || other.isEverything
  }
}
