import WMGFramework

/// The lines of a command's output that say which VNIs failed: `failed 7-9: no such bridge`.
struct FailedLines {
  private struct Failed {
    var vnis: ClosedRange<VNI>
    var reason: Substring
  }

  // By their lowest VNI.
  private var failed: [Failed] = []

  init(_ output: String) {
    for line in output.split(whereSeparator: \.isNewline) where line.hasPrefix("failed ") {
      let parts = line.dropFirst("failed ".count).split(separator: ":", maxSplits: 1)
      guard let first = parts.first, let vnis = try? VNISet(parsing: first.filter { $0 != " " }) else {
        continue
      }
      let reason = parts.count > 1 ? parts[1].drop { $0 == " " } : "no reason given"
      failed += vnis.ranges.map { Failed(vnis: $0, reason: reason) }
    }
    failed.sort { $0.vnis.lowerBound < $1.vnis.lowerBound }
  }

  /// The reasons of those of a call's VNIs that are named. Takes no longer for a range of millions than for one VNI.
  ///
  /// - Parameter vnis: in ascending order.
  func reasons(of vnis: [VNI]) -> [VNI: Substring] {
    var reasons: [VNI: Substring] = [:]
    var next = 0
    var farthest: Failed?
    for vni in vnis {
      while next < failed.count, failed[next].vnis.lowerBound <= vni {
        if failed[next].vnis.upperBound >= farthest?.vnis.upperBound ?? vni { farthest = failed[next] }
        next += 1
      }
      if let farthest, farthest.vnis.contains(vni) { reasons[vni] = farthest.reason }
    }
    return reasons
  }
}
