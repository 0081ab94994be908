import Logging

/// What effectors reported in one turn, told in lines an operator can read: alike ones together, at most 20 apart.
struct ReportNotes {
  private var degraded: [String: [VNI]] = [:]
  private var drifted: [String: [VNI]] = [:]
  private var recovered: [VNI] = []

  mutating func add(_ vni: VNI, _ note: Ownership.Note) {
    switch note {
    case .confirmed: break
    case .degraded(let reason): degraded[reason, default: []].append(vni)
    case .drifted(let reason): drifted[reason, default: []].append(vni)
    case .recovered: recovered.append(vni)
    }
  }

  mutating func takeEntries() -> [LogEntry] {
    defer { self = ReportNotes() }
    var entries = lines(.error, "degraded", degraded) + lines(.warning, "drift", drifted)
    if !recovered.isEmpty { entries.append(LogEntry(.info, "recovered", ["vni": "\(VNISet(recovered))"])) }
    return entries
  }

  private func lines(_ level: Logger.Level, _ message: String, _ byReason: [String: [VNI]]) -> [LogEntry] {
    let sorted = byReason.map { (vnis: VNISet($0.value), reason: $0.key) }
      .sorted { ($0.vnis.ranges[0].lowerBound, $0.reason) < ($1.vnis.ranges[0].lowerBound, $1.reason) }
    if sorted.count <= OwnershipLog.linesPerBurst {
      return sorted.map { LogEntry(level, message, ["vni": "\($0.vnis)", "reason": $0.reason]) }
    }
    let all = VNISet(byReason.values.joined())
    return [
      LogEntry(
        level, message,
        ["count": "\(all.count)", "first": "\(sorted[0].vnis)", "reason": "\(sorted[0].reason), …"])
    ]
  }
}
