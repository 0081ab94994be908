package import GatewayLab
package import WMGFramework

/// What was seen of a fleet from outside between two moments.
package struct FleetHistory: Sendable {
  /// A gratuitous ARP that left a gateway, the VNI by its place.
  package struct Announcement: Hashable, Sendable {
    package var gateway: Int
    package var vni: Int
    package var at: MonotonicInstant

    package init(gateway: Int, vni: Int, at: MonotonicInstant) {
      self.gateway = gateway
      self.vni = vni
      self.at = at
    }
  }

  /// A time in which something holds of one gateway.
  package struct Absence: Hashable, Sendable {
    package var gateway: Int
    package var from: MonotonicInstant
    package var to: MonotonicInstant

    package init(gateway: Int, from: MonotonicInstant, to: MonotonicInstant) {
      self.gateway = gateway
      self.from = from
      self.to = to
    }
  }

  package var start: MonotonicInstant
  package var end: MonotonicInstant
  /// Who carried what at the start: by gateway, then VNI.
  package var initial: [[Bool]]
  /// In the order of their times.
  package var transitions: [OwnershipTransition]
  package var announcements: [Announcement] = []
  /// When a machine was off: what its interfaces are does not count.
  package var machinesOff: [Absence] = []
  /// When a daemon could not announce anything: dead, stopped, or cut off from its overlays.
  package var silences: [Absence] = []
  /// How late the observer may have seen something, as measured.
  package var resolution = Duration.zero

  package init(
    start: MonotonicInstant, end: MonotonicInstant, initial: [[Bool]], transitions: [OwnershipTransition] = []
  ) {
    self.start = start
    self.end = end
    self.initial = initial
    self.transitions = transitions
  }

  /// The most VNIs that have changed at one gateway.
  package var mostChanged: Int {
    var changed: [Int: Set<Int>] = [:]
    for transition in transitions { changed[transition.gateway, default: []].insert(transition.vni) }
    return changed.values.map(\.count).max() ?? 0
  }

  package var vniCount: Int { initial.first?.count ?? 0 }

  /// Who carries what at the end.
  package var final: [[Bool]] {
    transitions.reduce(into: initial) { $0[$1.gateway][$1.vni] = $1.isUp }
  }
}

/// A time during which the owners of a VNI stayed the same.
struct OwnershipSpan: Hashable, Sendable {
  var from: MonotonicInstant
  var to: MonotonicInstant
  /// The owners, ascending.
  var owners: [Int]
}

extension FleetHistory {
  /// The spans of every VNI, by place; each list covers the history without a gap.
  func spans() -> [[OwnershipSpan]] {
    var builder = SpanBuilder(self)
    var switches: [(at: MonotonicInstant, gateway: Int, isOn: Bool)] = []
    for off in machinesOff {
      switches.append((off.from, off.gateway, false))
      switches.append((off.to, off.gateway, true))
    }
    switches.sort { $0.at < $1.at }
    var next = switches[...]
    for transition in transitions {
      while let first = next.first, first.at <= transition.at {
        builder.setMachine(first.gateway, isOn: first.isOn, at: first.at)
        next.removeFirst()
      }
      builder.set(transition.gateway, transition.vni, isUp: transition.isUp, at: transition.at)
    }
    for rest in next { builder.setMachine(rest.gateway, isOn: rest.isOn, at: rest.at) }
    return builder.finish(at: end)
  }
}

private struct SpanBuilder {
  private var isUp: [[Bool]]
  private var isOn: [Bool]
  private var spans: [[OwnershipSpan]]

  init(_ history: FleetHistory) {
    isUp = history.initial
    isOn = Array(repeating: true, count: history.initial.count)
    spans = []
    for vni in 0..<history.vniCount {
      let owners = history.initial.indices.filter { history.initial[$0][vni] }
      spans.append([OwnershipSpan(from: history.start, to: history.end, owners: owners)])
    }
  }

  mutating func set(_ gateway: Int, _ vni: Int, isUp up: Bool, at time: MonotonicInstant) {
    isUp[gateway][vni] = up
    note(vni, at: time)
  }

  mutating func setMachine(_ gateway: Int, isOn on: Bool, at time: MonotonicInstant) {
    isOn[gateway] = on
    for vni in spans.indices { note(vni, at: time) }
  }

  private mutating func note(_ vni: Int, at time: MonotonicInstant) {
    let owners = isUp.indices.filter { isOn[$0] && isUp[$0][vni] }
    guard let last = spans[vni].indices.last, spans[vni][last].owners != owners else { return }
    spans[vni][last].to = time
    spans[vni].append(OwnershipSpan(from: time, to: time, owners: owners))
  }

  func finish(at end: MonotonicInstant) -> [[OwnershipSpan]] {
    spans.map { spans in
      var spans = spans
      spans[spans.count - 1].to = end
      return spans
    }
  }
}
