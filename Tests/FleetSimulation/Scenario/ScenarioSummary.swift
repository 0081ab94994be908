import WMGFramework

extension Scenario {
  /// What was drawn, in a few lines.
  public var summary: String {
    let bounds = Bounds(self)
    var lines = [
      "seed \(seed): I \(timing.interval.inSeconds), D \(timing.detectionTime.inSeconds), "
        + "T \(bounds.takeover.inSeconds), overlap \(timing.overlap.inSeconds), \(vniCount) VNIs by \(strategy.rawValue), "
        + "guards \(hasGuards ? "on" : "off"), base loss \(Int(baseLoss * 1000)) ‰"
    ]
    for (index, machine) in machines.enumerated() {
      let start = machine.startsAt.map { "starts at \($0.inSeconds)" } ?? "free"
      lines.append(
        "  g\(index): uid \(machine.uid)\(machine.isGo ? ", Go daemon" : ""), \(start), clock \(machine.clockError) ppm, "
          + "isolated: \(machine.whenIsolated.rawValue)")
    }
    for fault in faults { lines.append("  \(fault.start.inSeconds): \(fault)") }
    lines.append("  quiet from \(quietFrom.inSeconds), recovery within \(bounds.recovery.inSeconds)")
    return lines.joined(separator: "\n")
  }
}
