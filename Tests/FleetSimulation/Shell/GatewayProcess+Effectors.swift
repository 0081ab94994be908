import WMGFramework

// The effectors' threads: the first switches interfaces in the kernel, the second announces.
extension GatewayProcess {
  func hand(_ command: Directive.Command, to effector: Int) {
    let first = configuration.vnis.ranges[0].lowerBound.rawValue
    effectors[effector].accept(command) { Int($0.rawValue - first) }
    guard !effectors[effector].isWoken else { return }
    effectors[effector].isWoken = true
    plan(.effectorWoken(effector), within: world.scenario.timing.threadSwitch)
  }

  func beginJob(of effector: Int) {
    guard effectors[effector].takeJob() != nil else { return }
    let timing = world.scenario.timing
    let longest = (effector == 0 ? timing.switching : timing.announcing) * host.slowness
    plan(
      .effectorDone(effector),
      at: max(world.now, host.effectorsHangUntil ?? world.now) + world.dice.duration((longest / 5)...longest))
  }

  func finishJob(of effector: Int) {
    if let end = host.effectorsHangUntil, end > world.now {
      plan(.effectorDone(effector), at: end + .milliseconds(1))
      return
    }
    guard let job = effectors[effector].current else { return }
    effectors[effector].current = nil
    switch job {
    case .bring(let isActive, let vnis, let epochs):
      for (vni, epoch) in zip(vnis, epochs) {
        let outcome = effector == 0 ? switchInterface(vni, isActive) : announce(vni, isActive)
        report(EffectReport(vni: self.vni(vni), epoch: epoch, content: .outcome(outcome)), from: effector)
      }
    case .refresh(let vnis): if effector == 1 { for vni in vnis { world.judge.announced(vni, by: host) } }
    }
    beginJob(of: effector)
  }

  func vni(_ index: Int) -> VNI {
    let first = configuration.vnis.ranges[0].lowerBound
    return VNI(rawValue: first.rawValue + UInt32(index)) ?? first
  }

  private func announce(_ vni: Int, _ isActive: Bool) -> EffectorOutcome {
    if isActive { world.judge.announced(vni, by: host) } else { world.judge.fellSilent(on: vni, host) }
    return isActive ? .active : .standby
  }

  /// `MacvlanEffector.bring`.
  private func switchInterface(_ vni: Int, _ isActive: Bool) -> EffectorOutcome {
    effectors[0].wanted[vni] = isActive
    let interface = host.interfaces[vni]
    guard interface.exists else {
      effectors[0].told[vni] = .failed(isHindered: true)
      return .failed(reason: "there is no interface")
    }
    guard !host.refused.contains(vni) || interface.isUp == isActive else {
      effectors[0].told[vni] = .failed(isHindered: false)
      return .failed(reason: "the kernel refuses")
    }
    world.setInterface(of: host, vni, isUp: isActive)
    effectors[0].told[vni] = .confirmed
    return isActive ? .active : .standby
  }

  /// `MacvlanEffector.look`: an interface has changed by itself.
  func look(at vni: Int) {
    guard let wanted = effectors[0].wanted[vni], let epoch = effectors[0].epochs[vni] else { return }
    let interface = host.interfaces[vni]
    let isMet = interface.exists && interface.isUp == wanted
    let content: EffectReport.Content
    switch effectors[0].told[vni] {
    case .nothing, .pending: return
    case .confirmed, .drifted:
      if isMet {
        guard case .drifted = effectors[0].told[vni] else { return }
        effectors[0].told[vni] = .confirmed
        content = .outcome(wanted ? .active : .standby)
      } else {
        guard case .confirmed = effectors[0].told[vni] else { return }
        effectors[0].told[vni] = .drifted
        content = .drift(reason: "changed from outside")
      }
    case .failed(let isHindered):
      guard interface.exists else { return }
      if isMet {
        effectors[0].told[vni] = .confirmed
        content = .outcome(wanted ? .active : .standby)
      } else {
        guard isHindered else { return }
        effectors[0].told[vni] = .drifted
        content = .drift(reason: "can be switched now")
      }
    }
    report(EffectReport(vni: self.vni(vni), epoch: epoch, content: content), from: 0)
  }
}
