import WMGFramework

/// Who carries which VNI, by link notifications, and the times at which that was not exactly one gateway.
struct OwnershipState: Sendable {
  private struct OpenInterval {
    var owners: Int
    var start: MonotonicInstant
  }

  let vnis: [VNI]
  private(set) var isUp: [[Bool]]
  private(set) var counted: [Bool]
  private var ownerCounts: [Int]
  private var openIntervals: [OpenInterval?]
  private var closedIntervals: [OwnershipInterval] = []
  private var sightings = 0
  /// Every change of one gateway's carrier for one VNI, if they are kept.
  private var transitions: [OwnershipTransition]?

  init(vnis: [VNI], gatewayCount: Int, now: MonotonicInstant) {
    self.vnis = vnis
    isUp = Array(repeating: Array(repeating: false, count: vnis.count), count: gatewayCount)
    counted = Array(repeating: true, count: gatewayCount)
    ownerCounts = Array(repeating: 0, count: vnis.count)
    openIntervals = Array(repeating: OpenInterval(owners: 0, start: now), count: vnis.count)
  }

  /// How many VNIs do not have exactly one owner.
  var exceptions: Int { openIntervals.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }

  func owners(_ vni: Int) -> [Int] { isUp.indices.filter { counted[$0] && isUp[$0][vni] } }

  func owned(by gateway: Int) -> VNISet {
    VNISet(vnis.indices.lazy.filter { isUp[gateway][$0] }.map { vnis[$0] })
  }

  mutating func set(_ up: Bool, gateway: Int, vni: Int, at now: MonotonicInstant) {
    sightings += 1
    guard isUp[gateway][vni] != up else { return }
    isUp[gateway][vni] = up
    transitions?.append(OwnershipTransition(gateway: gateway, vni: vni, isUp: up, at: now))
    if counted[gateway] { change(vni, by: up ? 1 : -1, at: now) }
  }

  mutating func setCounted(_ counts: Bool, gateway: Int, at now: MonotonicInstant) {
    guard counted[gateway] != counts else { return }
    counted[gateway] = counts
    for vni in vnis.indices where isUp[gateway][vni] { change(vni, by: counts ? 1 : -1, at: now) }
  }

  /// The longest time for which notifications of one gateway waited.
  var longestReading = Duration.zero

  mutating func keepTransitions() {
    transitions = transitions ?? []
  }

  mutating func takeTransitions() -> [OwnershipTransition] {
    guard let taken = transitions else { return [] }
    transitions = []
    return taken
  }

  mutating func beginRecord(at now: MonotonicInstant) {
    closedIntervals = []
    sightings = 0
    for vni in vnis.indices where openIntervals[vni] != nil { openIntervals[vni]?.start = now }
  }

  func record(at now: MonotonicInstant) -> OwnershipRecord {
    var intervals = closedIntervals
    for vni in vnis.indices {
      guard let open = openIntervals[vni] else { continue }
      intervals.append(
        OwnershipInterval(vni: vnis[vni], owners: open.owners, start: open.start, end: now, isOpen: true))
    }
    return OwnershipRecord(
      unowned: intervals.filter { $0.owners == 0 }, shared: intervals.filter { $0.owners > 1 },
      sightings: sightings)
  }

  private mutating func change(_ vni: Int, by difference: Int, at now: MonotonicInstant) {
    ownerCounts[vni] += difference
    let owners = ownerCounts[vni]
    if let open = openIntervals[vni] {
      // Two owners or three are one interval; none is another.
      if owners > 1, open.owners > 1 {
        openIntervals[vni]?.owners = max(owners, open.owners)
        return
      }
      closedIntervals.append(
        OwnershipInterval(vni: vnis[vni], owners: open.owners, start: open.start, end: now, isOpen: false))
      openIntervals[vni] = nil
    }
    if owners != 1 { openIntervals[vni] = OpenInterval(owners: owners, start: now) }
  }
}
