import WMGFramework

/// The underlay: what becomes of a packet between two machines.
struct Network {
  /// Something wrong with some of its links.
  struct Disturbance {
    var fault: Int
    var kind: FaultKind
    var machines: Set<Int>
    /// The first of `machines`, for what has a direction.
    var first: Int
    var severity: Double
    /// What a packet is late by at worst.
    var lateness = Duration.zero

    func concerns(_ from: Int, _ to: Int) -> Bool {
      switch kind {
      case .oneWayLink: from == first && to != first && machines.contains(to)
      case .oneWayPartition:
        machines.contains(from) != machines.contains(to) && machines.contains(from) == (severity < 0.5)
      case .partitionOfOne, .partitionOfHalves: machines.contains(from) != machines.contains(to)
      case .asymmetricLoss: machines.contains(to)
      default: machines.contains(from) || machines.contains(to)
      }
    }
  }

  let delivery: Duration
  var baseLoss: Double
  private(set) var disturbances: [Disturbance] = []

  mutating func begin(_ disturbance: Disturbance) { disturbances.append(disturbance) }

  mutating func end(_ fault: Int) { disturbances.removeAll { $0.fault == fault } }

  /// What becomes of a copy of a packet that is not lost.
  struct Fate {
    var delay: Duration
    var isLate: Bool
  }

  /// How long each copy of a packet takes; none if it is lost.
  func fates(from: Int, to: Int, _ dice: inout Dice) -> [Fate] {
    var loss = baseLoss
    var longest = delivery
    var copies = 1
    var lateness = Duration.zero
    for disturbance in disturbances where disturbance.concerns(from, to) {
      switch disturbance.kind {
      case .oneWayLink, .oneWayPartition, .partitionOfOne, .partitionOfHalves: return []
      case .loss, .asymmetricLoss: loss = max(loss, 0.05 + disturbance.severity * 0.9)
      case .reordering: longest = Self.longestDelay(delivery, disturbance.severity)
      case .delay: lateness = max(lateness, disturbance.lateness)
      case .duplication: if dice.chance(disturbance.severity) { copies += 1 }
      default: break
      }
    }
    if dice.chance(loss) { return [] }
    return (0..<copies).map { _ in
      let delay = dice.duration((delivery / 10)...longest)
      guard lateness > .zero else { return Fate(delay: delay, isLate: false) }
      return Fate(delay: delay + dice.duration((lateness / 2)...lateness), isLate: true)
    }
  }

  /// A disturbed link takes up to ten times as long.
  static func longestDelay(_ delivery: Duration, _ severity: Double) -> Duration {
    delivery + delivery * Int(severity * 9)
  }
}
