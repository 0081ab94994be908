import WMGFramework

/// What a library has to tell: left by its own threads for the plugin's, or told on the plugin's thread at once.
///
/// Bounded by what there is: one report per VNI, and at most `heardLimit` advertisements, beyond which they are dropped
/// and counted.
struct LibraryNews: Sendable {
  /// What is said of one VNI.
  enum Content: Hashable, Sendable {
    case outcome(EffectorOutcome)
    case drift(reason: String)
  }

  /// Advertisements that wait at most.
  static let heardLimit = 4096
  /// Other news of a discovery that waits at most; there is no reason for so much.
  static let eventLimit = 8192

  /// The latest on each VNI, with the number of the command that it answers.
  private(set) var reports: [VNI: (content: Content, command: UInt64)] = [:]
  var refreshRequests: Set<VNI> = []
  private(set) var events: [DiscoveryEvent] = []
  private var heardCount = 0
  private(set) var heardDropped = 0

  var isEmpty: Bool { reports.isEmpty && refreshRequests.isEmpty && events.isEmpty && heardDropped == 0 }

  /// Takes a report, unless there is one that answers a later command.
  mutating func add(_ content: Content, on vni: VNI, answering command: UInt64) {
    if let known = reports[vni], known.command > command { return }
    reports[vni] = (content, command)
  }

  mutating func add(_ event: DiscoveryEvent) {
    if case .heard = event {
      guard heardCount < Self.heardLimit else {
        heardDropped += 1
        return
      }
      heardCount += 1
    }
    if events.count < Self.eventLimit { events.append(event) }
  }
}
