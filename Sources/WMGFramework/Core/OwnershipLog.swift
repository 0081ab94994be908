import Logging

/// The lines about one change of ownership: one per VNI up to 20, beyond that one summary.
struct OwnershipLog {
  private let uid: GatewayID
  private let reason: String
  private var changes: [(vni: VNI, from: GatewayID?, to: GatewayID?)] = []

  static let linesPerBurst = 20

  init(uid: GatewayID, reason: String) {
    self.uid = uid
    self.reason = reason
  }

  var isEmpty: Bool { changes.isEmpty }
  var count: Int { changes.count }

  /// Adds a VNI that this gateway takes or gives up; `from` is `nil` when nobody is known to have had it,
  /// `to` when nobody is known to take it.
  mutating func add(_ vni: VNI, from: GatewayID?, to: GatewayID?) {
    changes.append((vni, from, to))
  }

  var entries: [LogEntry] {
    if changes.count <= Self.linesPerBurst {
      return changes.map { change in
        LogEntry(
          .info, change.to == uid ? "takeover" : "release",
          [
            "vni": "\(change.vni)", "from": change.from.map(\.description) ?? "-",
            "to": change.to.map(\.description) ?? "-", "reason": reason,
          ])
      }
    }
    let taken = changes.lazy.filter { $0.to == uid }.map(\.vni)
    let released = changes.lazy.filter { $0.to != uid }.map(\.vni)
    return [
      LogEntry(
        .info, "ownership changed",
        [
          "taken": "\(taken.count)", "released": "\(released.count)", "first": "\(changes[0].vni)",
          "last": "\(changes[changes.count - 1].vni)", "reason": reason,
        ])
    ]
  }
}
