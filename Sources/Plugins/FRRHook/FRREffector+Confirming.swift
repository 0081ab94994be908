import Glibc
import LinuxNetworking
import Logging
import WMGFramework

/// How the effector sees that FRR has what it should have.
extension FRREffector {
  // How long FRR may take before the VNI is announced again, and before it counts as failed.
  private static let announcedAgainAfter = Duration.seconds(1)
  private static let failedAfter = Duration.seconds(2)
  // An answer has some 400 bytes; all of a call's are in memory at once.
  private static let asksPerCall = 250
  private static let betweenLooks = Duration.milliseconds(200)

  /// Looks whether FRR has the MACs of VNIs that were taken over, now and until it has.
  func confirm(_ vnis: [VNI], at now: MonotonicInstant) {
    guard settings.confirms else {
      for vni in vnis { records[vni]?.isConfirmed = true }
      if !vnis.isEmpty { context.report(vnis.map { ($0, .active) }) }
      return
    }
    for vni in vnis {
      records[vni]?.unconfirmedSince = now
      records[vni]?.wasAnnouncedAgain = false
    }
    if !vnis.isEmpty { look() }
  }

  /// Reads back what is not confirmed yet.
  private func look() {
    timers[.look].map(context.loop.cancel)
    timers[.look] = nil
    let waiting = records.filter { $0.value.unconfirmedSince != nil }.map(\.key).sorted()
    guard !waiting.isEmpty else { return }
    let answers: [VNI: EVPNMac]
    switch readBack(waiting) {
    case .success(let found): answers = found
    case .failure(let failure):
      context.counters.add(to: "vtysh-failures")
      for vni in waiting { records[vni]?.unconfirmedSince = nil }
      context.report(waiting.map { ($0, .failed(reason: failure.reason)) })
      return
    }
    let now = context.loop.now
    var outcomes: [(vni: VNI, outcome: EffectorOutcome)] = []
    var late: [VNI] = []
    for vni in waiting {
      guard let since = records[vni]?.unconfirmedSince else { continue }
      if answers[vni]?.isLocal == true {
        records[vni]?.unconfirmedSince = nil
        records[vni]?.isConfirmed = true
        outcomes.append((vni, .active))
      } else if now - since >= Self.failedAfter {
        records[vni]?.unconfirmedSince = nil
        outcomes.append((vni, .failed(reason: unconfirmedReason(vni))))
      } else if now - since >= Self.announcedAgainAfter, records[vni]?.wasAnnouncedAgain == false {
        records[vni]?.wasAnnouncedAgain = true
        late.append(vni)
      }
    }
    noteFrozen(answers)
    if !outcomes.isEmpty { context.report(outcomes) }
    let failed = outcomes.count { if case .failed = $0.outcome { true } else { false } }
    if failed > 0 { context.counters.add(failed, to: "macs-unconfirmed") }
    if !late.isEmpty {
      context.counters.add(late.count, to: "announced-again")
      context.requestRefresh(late)
    }
    guard records.values.contains(where: { $0.unconfirmedSince != nil }) else { return }
    timers[.look] = context.loop.schedule(at: now + Self.betweenLooks) { [weak self] in self?.look() }
  }

  private func unconfirmedReason(_ vni: VNI) -> String {
    var mac = "the virtual MAC"
    if case .takenOver(let values)? = records[vni]?.told, let address = values.mac { mac = "\(address)" }
    return
      "FRR does not have \(mac) as local in VNI \(vni), so it does not advertise it; see 'vtysh -c \"show evpn mac vni"
      + " \(vni)\"', or stop looking with --set frr.confirm=off"
  }

  /// What zebra says of these VNIs' MACs, many by one call.
  func readBack(_ vnis: [VNI]) -> Result<[VNI: EVPNMac], VtyshFailure> {
    let facts = readFacts()
    return readBack(vnis.map { facts.values(of: $0, owner: nil) })
  }

  /// The same, within the usual patience for each call, or less for all of them.
  func readBack(
    _ values: [VNIValues], within limit: Duration? = nil
  ) -> Result<[VNI: EVPNMac], VtyshFailure> {
    let deadline = limit.map { BootTimeClock.now + $0 }
    if let obstacle = vtysh.sockets.obstacle(["zebra"]) { return .failure(obstacle) }
    var found: [VNI: EVPNMac] = [:]
    let asked = values.compactMap { values in values.mac.map { (vni: values.vni, mac: $0) } }
    for start in stride(from: 0, to: asked.count, by: Self.asksPerCall) {
      let chunk = asked[start..<min(start + Self.asksPerCall, asked.count)]
      let left = deadline.map { $0 - BootTimeClock.now }
      if let limit, let left, left <= .zero { return .failure(.hung(after: limit)) }
      let commands = chunk.map { EVPNMac.command($0.vni, $0.mac) }
      switch vtysh.show(commands, for: FRRDaemons(exactly: ["zebra"]), within: left) {
      case .failure(let failure): return .failure(failure)
      case .success(let run):
        let answers = EVPNMac.answers(in: run.output)
        // Without EVPN zebra says nothing at all, and that is an answer; what fails on the way is none.
        guard run.ending == .exited(0) || answers.count >= chunk.count else {
          return .failure(VtyshFailure(run, patience: vtysh.timeout))
        }
        for (entry, answer) in zip(chunk, answers) { found[entry.vni] = answer }
      }
    }
    return .success(found)
  }

  /// Waits until FRR no longer has the MACs of released VNIs, as far as that can be seen.
  func awaitWithdrawal(_ values: [VNIValues]) {
    guard settings.confirms, settings.withdrawalWait > .zero, settings.template.releaseForgetsMAC else {
      return
    }
    let deadline = context.loop.now + settings.withdrawalWait
    var left = values.filter { $0.mac != nil }
    while !left.isEmpty, context.loop.now < deadline {
      switch readBack(left, within: deadline - context.loop.now) {
      case .success(let answers): left.removeAll { answers[$0.vni]?.isLocal != true }
      case .failure(.hung): break
      case .failure: return
      }
      if !left.isEmpty { usleep(20_000) }
    }
    if !left.isEmpty { context.counters.add(left.count, to: "withdrawals-late") }
  }

  /// Gives the other ends of the fabric time to hear of a withdrawal while the interface still answers: bgpd alone
  /// keeps what it hears for 50 ms, at every hop.
  func awaitPropagation() {
    guard settings.confirms, settings.template.withdraws else { return }
    usleep(UInt32(clamping: settings.propagation.nanoseconds / 1000))
  }

  /// Counts MACs that FRR has frozen, and says how to free them.
  func noteFrozen(_ answers: [VNI: EVPNMac]) {
    let found = answers.filter(\.value.isDuplicate).map(\.key).sorted()
    frozen = frozen.filter { answers[$0] == nil && records[$0]?.isHeld == true }.union(found)
    context.counters.set("macs-frozen", to: frozen.count)
    guard let first = found.first else { return }
    let mac = readFacts().values(of: first, owner: nil).mac.map { "\($0)" } ?? "MAC"
    warn(
      "FRR takes virtual MACs for duplicates: VNIs \(VNISet(found)) moved too often; when they rest, free them with"
        + " 'vtysh -c \"clear evpn dup-addr vni \(first) mac \(mac)\"' (or 'vni all')")
  }
}

extension Template {
  /// Whether a release or a stop has FRR withdraw anything.
  var withdraws: Bool { !self[.release].isEmpty || !self[.releaseBatch].isEmpty || !self[.stop].isEmpty }

  /// Whether zebra forgets a VNI's MAC by its release, so that the withdrawal can be seen.
  var releaseForgetsMAC: Bool {
    self[.release].contains { line in
      if case .text(let text)? = line.first {
        text.split(separator: " ").joined(separator: " ") == "no advertise-default-gw"
      } else {
        false
      }
    }
  }
}
