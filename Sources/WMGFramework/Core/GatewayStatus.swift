/// What a gateway knows of itself and its fleet at one moment, for `wmgwd2 status`.
public struct GatewayStatus: Hashable, Sendable, Codable {
  /// This gateway's uid; text, because JSON readers lose digits of large numbers.
  public var uid: String
  /// Where it stands: `listening`, `claiming`, `active`, `suspended`, `awaiting-peer`, `leaving`, `standing-by`.
  public var phase: String
  /// Why no peer can hear it, or `nil`.
  public var isolated: String?
  /// The peers as last heard, by uid.
  public var peers: [Peer]
  /// Every VNI, ascending; those that were removed from the configuration until they are standby.
  public var vnis: [Overlay]
  /// The strategy's name; `nil` from a daemon that is older than this.
  public var strategy: String? = nil
  /// What all gateways must have alike to agree on owners (`StrategyFingerprint`); `nil` as above.
  public var fingerprint: String? = nil
  /// As whom the daemon runs, and what it may do; `nil` as above.
  public var privileges: Privileges? = nil
  /// The guard behind the gateway; `nil` where there is none, or none is needed.
  public var `guard`: Guard? = nil
  /// Figures by component (`core`, or a plugin's name), then by name.
  public var counters: [String: [String: Int]]

  /// As whom a daemon runs, and what it may do.
  public struct Privileges: Hashable, Sendable, Codable {
    /// The user's number.
    public var user: UInt32
    /// The primary group's number.
    public var group: UInt32
    /// The numbers of the supplementary groups.
    public var groups: [UInt32]
    /// The names of its capabilities, as in capabilities(7).
    public var capabilities: [String]

    /// Privileges.
    public init(user: UInt32, group: UInt32, groups: [UInt32], capabilities: [String]) {
      self.user = user
      self.group = group
      self.groups = groups
      self.capabilities = capabilities
    }
  }

  /// What makes everything standby when the gateway dies.
  public struct Guard: Hashable, Sendable, Codable {
    /// Its process; `nil` while there is none.
    public var pid: Int32?
    /// `on-duty`, `starting`, `missing` (there is no such program) or `lost` (another is started soon).
    public var state: String
    /// How many milliseconds without an advertisement it waits before it acts.
    public var actsAfterMilliseconds: Int

    /// One guard.
    public init(pid: Int32?, state: String, actsAfterMilliseconds: Int) {
      self.pid = pid
      self.state = state
      self.actsAfterMilliseconds = actsAfterMilliseconds
    }
  }

  /// A peer as last heard.
  public struct Peer: Hashable, Sendable, Codable {
    /// Its uid.
    public var uid: String
    /// The address it was heard from.
    public var address: String
    /// Milliseconds since it was last heard.
    public var ageMilliseconds: Int
    /// `alive`, or `joining` while it is not known to serve.
    public var state: String
  }

  /// One VNI.
  public struct Overlay: Hashable, Sendable, Codable {
    /// The VNI.
    public var vni: UInt32
    /// The uid of its owner in this gateway's view; `nil` before the first assignment, and for one that was removed.
    public var owner: String?
    /// What this gateway should be for it: `active` or `standby`.
    public var desired: String
    /// What the effectors have confirmed: `active`, `standby`, or `unknown` on the way from one to the other.
    public var confirmed: String
    /// Why it is not as it should be, or `nil`.
    public var degraded: String?
  }
}

extension GatewayCore {
  /// The status at this moment; the shell adds the plugins' counters.
  public func status(at now: MonotonicInstant) -> GatewayStatus {
    GatewayStatus(
      uid: "\(configuration.uid)", phase: phase.name, isolated: isolation,
      peers: membership.peers.sorted { $0.key < $1.key }.map { uid, peer in
        GatewayStatus.Peer(
          uid: "\(uid)", address: "\(peer.source)",
          ageMilliseconds: Int((now - peer.lastHeard).nanoseconds / 1_000_000),
          state: peer.joinsAt == nil ? "alive" : "joining")
      },
      vnis: ownership.knownIndices.map { index in
        GatewayStatus.Overlay(
          vni: ownership.vnis[index].rawValue,
          owner: assignment.gateways.isEmpty || index >= assignment.vnis.count
            ? nil : "\(assignment.owner(at: index))",
          desired: ownership.wanted[index] ? "active" : "standby",
          confirmed: ownership.isSettled(.active, at: index)
            ? "active" : ownership.isSettled(.standby, at: index) ? "standby" : "unknown",
          degraded: ownership.degradation(at: index))
      },
      counters: [
        "core": [
          "takeovers": tally.takeovers, "releases": tally.releases, "view-changes": tally.viewChanges,
          "drifts-seen": tally.driftsSeen, "drifts-repaired": ownership.driftRepaired,
          "suspensions": tally.suspensions, "peers-refused": membership.refusals,
          "degraded": ownership.degradedCount, "held": ownership.wantedCount,
        ]
      ])
  }
}
