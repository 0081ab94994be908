public import WMGFramework

/// Who takes what when a gateway dies: the worst case among all gateways that could.
///
/// A strategy that is even while everyone lives can still leave all of a dead gateway's VNIs to one survivor, which then
/// carries twice its load.
public struct Failover: Hashable, Sendable {
  /// The gateway whose death is the worst.
  public let leaver: GatewayID
  /// The survivor that takes most, measured by what is fair.
  public let heir: GatewayID
  /// How many of the leaver's VNIs it takes.
  public let taken: Int
  /// How many VNIs the leaver owned.
  public let orphans: Int
  /// How many of them would be fair: orphans / (N − 1), or by weight.
  public let fairShare: Double
  /// How many deaths were tried: all, or as many as can be afforded, spread evenly over the fleet.
  public let triedDeaths: Int

  /// What the heir takes, in units of what is fair: 1 at best, N − 1 if it takes all.
  public var ratio: Double { fairShare > 0 ? Double(taken) / fairShare : .infinity }
}

/// For each gateway that could die, how many of its VNIs each survivor takes.
struct FailoverTally {
  /// The indices of the gateways whose deaths are tried, ascending.
  let leavers: [Int]
  private let gateways: [GatewayID]
  private let weights: [Double]
  /// One row per leaver, one column per gateway.
  private var taken: [UInt32]

  /// At most this many entries (16 MB) are kept.
  static let largestTable = 1 << 22

  init(_ gateways: [GatewayID], weights: [Double], deaths limit: Int = .max) {
    self.gateways = gateways
    self.weights = weights
    let count = gateways.count
    let tried = gateways.count < 2 ? 0 : max(1, min(count, limit, Self.largestTable / count))
    leavers = (0..<tried).map { $0 * count / tried }
    taken = [UInt32](repeating: 0, count: tried * count)
  }

  /// The fleet without the gateway at `leaver`.
  func survivors(of leaver: Int) -> [GatewayID] {
    var survivors = gateways
    survivors.remove(at: leaver)
    return survivors
  }

  /// Notes that a VNI of the leaver in a row goes to the survivor at an index of `survivors(of:)`.
  mutating func note(row: Int, heir: UInt16) {
    let index = Int(heir)
    taken[row * gateways.count + index + (index >= leavers[row] ? 1 : 0)] += 1
  }

  /// The worst of all deaths tried; the lowest uids among equals. `nil` if nobody could die, or nobody owns anything.
  func worst() -> Failover? {
    var worst: Failover?
    let sum = weights.reduce(0, +)
    for (row, leaver) in leavers.enumerated() {
      let heirs = taken[(row * gateways.count)..<((row + 1) * gateways.count)]
      let orphans = heirs.reduce(0) { $0 + Int($1) }
      guard orphans > 0 else { continue }
      let rest = sum - weights[leaver]
      for (index, count) in heirs.enumerated() where index != leaver && count > 0 {
        let share = rest > 0 ? weights[index] / rest : 1 / Double(gateways.count - 1)
        let candidate = Failover(
          leaver: gateways[leaver], heir: gateways[index], taken: Int(count), orphans: orphans,
          fairShare: Double(orphans) * share, triedDeaths: leavers.count)
        if worst.map({ candidate.ratio > $0.ratio }) ?? true { worst = candidate }
      }
    }
    return worst
  }
}
