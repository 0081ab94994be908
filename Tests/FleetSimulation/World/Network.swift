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

    func concerns(_ from: Int, _ to: Int) -> Bool {
      switch kind {
      case .oneWayLink: from == first && to != first && machines.contains(to)
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

  /// How long each copy of a packet takes; none if it is lost.
  func fates(from: Int, to: Int, _ dice: inout Dice) -> [Duration] {
    var loss = baseLoss
    var longest = delivery
    var copies = 1
    for disturbance in disturbances where disturbance.concerns(from, to) {
      switch disturbance.kind {
      case .oneWayLink, .partitionOfOne, .partitionOfHalves: return []
      case .loss, .asymmetricLoss: loss = max(loss, 0.05 + disturbance.severity * 0.9)
      case .reordering: longest = Self.longestDelay(delivery, disturbance.severity)
      case .duplication: if dice.chance(disturbance.severity) { copies += 1 }
      default: break
      }
    }
    if dice.chance(loss) { return [] }
    return (0..<copies).map { _ in dice.duration((delivery / 10)...longest) }
  }

  /// A disturbed link takes up to ten times as long.
  static func longestDelay(_ delivery: Duration, _ severity: Double) -> Duration {
    delivery + delivery * Int(severity * 9)
  }
}
