import WMGFramework
import WMGFrameworkTesting

/// What a fleet sees in an hour: one gateway that stops and starts again every few minutes, interfaces that flap, forged
/// packets, SIGHUP, status queries. The other gateways' daemons live through all of it.
package struct SoakScript: Sendable {
  /// A step, and how long after the last one it begins.
  package struct Entry: Hashable, Sendable {
    package var pause: Duration
    package var step: ChaosStep
  }

  package let entries: [Entry]

  package init(seed: UInt64, gateways: Int, vnis: Int, length: Duration, timing: FleetTiming) {
    var generator = SeededGenerator(seed: seed)
    var entries: [Entry] = []
    var elapsed = Duration.zero
    while elapsed < length {
      let gateway = Int.random(in: 0..<gateways, using: &generator)
      let count = Int.random(in: 1...5, using: &generator)
      let some = Array((0..<vnis).shuffled(using: &generator).prefix(count)).sorted()
      let last = gateways - 1
      let fault: PlannedFault =
        switch entries.count % 8 {
        case 0: PlannedFault(.stop(last), length: .seconds(5))
        case 1: PlannedFault(.parentFlap(gateway, vnis: some), length: .milliseconds(200))
        case 2: PlannedFault(.flood(perSecond: 1000), length: .seconds(3))
        case 3: PlannedFault(.reload(gateway))
        case 4: PlannedFault(.crash(last), length: .seconds(5))
        case 5: PlannedFault(.recreation(gateway, vnis: some, standby: true), length: .milliseconds(300))
        case 6: PlannedFault(.protodown(gateway, vnis: some, on: Bool.random(using: &generator)))
        default: PlannedFault(.pause(last), length: .seconds(2))
        }
      let entry = Entry(
        pause: .seconds(Int.random(in: 30...50, using: &generator)),
        step: ChaosStep(number: entries.count + 1, faults: [fault]))
      entries.append(entry)
      elapsed += entry.pause + entry.step.length + timing.convergence
    }
    self.entries = entries
  }
}
