import WMGFramework

/// An effector without a kernel: it confirms after a delay, or fails, or says nothing, VNI by VNI.
struct FakeEffector {
  enum Behaviour {
    case confirms(after: Duration)
    case fails(reason: String)
    case silent
  }

  var behaviour = Behaviour.confirms(after: .milliseconds(1))
  var exceptions: [VNI: Behaviour] = [:]
  /// What is carried as of now.
  var active: Set<VNI> = []
  /// The command each VNI was last told of; a real shell stamps reports with it.
  var epochs: [VNI: UInt32] = [:]
  var replies: [(at: MonotonicInstant, epoch: UInt32, vni: VNI, outcome: EffectorOutcome)] = []

  mutating func carryOut(_ command: Directive.Command, all: VNISet, at now: MonotonicInstant) {
    switch command {
    case .prepare(let epoch): tell(Array(all), .standby, epoch, at: now)
    case .takeOver(let vnis, let epoch): tell(vnis, .active, epoch, at: now)
    case .release(let vnis, _, let epoch): tell(vnis, .standby, epoch, at: now)
    case .add(let vnis, let epoch): tell(vnis, .standby, epoch, at: now)
    case .forget(let vnis): for vni in vnis { epochs[vni] = nil }
    case .refresh, .handOver, .keep, .prepareToStop: break
    }
  }

  private mutating func tell(
    _ vnis: [VNI], _ outcome: EffectorOutcome, _ epoch: UInt32, at now: MonotonicInstant
  ) {
    for vni in vnis {
      epochs[vni] = epoch
      switch exceptions[vni] ?? behaviour {
      case .confirms(let delay): replies.append((now + delay, epoch, vni, outcome))
      case .fails(let reason): replies.append((now, epoch, vni, .failed(reason: reason)))
      case .silent: break
      }
    }
  }

  /// What becomes known at `now`; what a later command has overtaken is dropped.
  mutating func takeReplies(at now: MonotonicInstant) -> [EffectReport] {
    let due = replies.filter { $0.at <= now && epochs[$0.vni] == $0.epoch }
    replies.removeAll { $0.at <= now }
    for reply in due {
      switch reply.outcome {
      case .active: active.insert(reply.vni)
      case .standby: active.remove(reply.vni)
      case .failed: break
      }
    }
    return due.map { EffectReport(vni: $0.vni, epoch: $0.epoch, content: .outcome($0.outcome)) }
  }
}
