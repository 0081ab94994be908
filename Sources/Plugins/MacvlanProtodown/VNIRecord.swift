import LinuxNetworking
import WMGFramework

extension MacvlanEffector {
  /// What a VNI should be.
  enum Wanted {
    case active
    case standby

    func isMet(by link: Link) -> Bool { self == .active ? link.isServing : link.isSilent }

    func hindrance(_ name: String, in links: LinkTable) -> Hindrance? {
      self == .active ? .toActive(name, in: links) : .toStandby(name, in: links)
    }

    var outcome: EffectorOutcome { self == .active ? .active : .standby }
  }

  /// What the core has last heard of a VNI.
  enum Told: Equatable {
    /// Nothing since it gave this command.
    case pending(command: Int)
    /// That it is as it should be.
    case confirmed
    /// That it cannot be had; `isHindered` where a change of the interface would change that.
    case failed(reason: String, isHindered: Bool)
    /// That it is no longer as it was; the core's answer is on its way.
    case drifted

    var isPending: Bool { if case .pending = self { true } else { false } }
  }

  /// All that is kept of a VNI.
  struct Record {
    var wanted: Wanted
    var told: Told
    /// It was active until this release: a bridge may still remember its MAC.
    var leavesForwardingEntry = false
    /// The bridge's port that does not learn, while the VNI is handed over.
    var quietPort: Int32?
    /// The lower device without whose carrier it cannot serve.
    var awaitedLower: String?
  }

  /// What is to be told to the core.
  struct News {
    var outcomes: [(vni: VNI, outcome: EffectorOutcome)] = []
    var drifts: [(vni: VNI, reason: String)] = []
    var forgotten: [ForwardingEntry] = []
  }
}
