import WMGFramework

/// A fault with its times within a step.
package struct PlannedFault: Hashable, Sendable {
  package var fault: Fault
  /// How long after the step's beginning it begins.
  package var offset: Duration
  /// How long it lasts; zero where there is nothing to end.
  package var length: Duration

  package init(_ fault: Fault, offset: Duration = .zero, length: Duration = .zero) {
    self.fault = fault
    self.offset = offset
    self.length = length
  }
}

extension PlannedFault: CustomStringConvertible {
  package var description: String {
    var text = fault.description
    if length > .zero { text += " for \(seconds(length))" }
    if offset > .zero { text += " (after \(seconds(offset)))" }
    return text
  }
}

/// Faults that are under way together, then a calm in which exactly one owner per VNI is demanded.
package struct ChaosStep: Hashable, Sendable {
  /// Counted from 1.
  package var number: Int
  package var faults: [PlannedFault]

  package init(number: Int, faults: [PlannedFault]) {
    self.number = number
    self.faults = faults
  }

  /// From the first beginning to the last end.
  package var length: Duration { faults.map { $0.offset + $0.length }.max() ?? .zero }
}

extension ChaosStep: CustomStringConvertible {
  package var description: String { faults.map(\.description).joined(separator: " + ") }
}

/// A duration as people read it: `0.300 s`.
package func seconds(_ duration: Duration) -> String {
  let milliseconds = duration.nanoseconds / 1_000_000
  let fraction = "\(1000 + abs(milliseconds) % 1000)".dropFirst()
  return (milliseconds < 0 ? "-" : "") + "\(abs(milliseconds) / 1000).\(fraction) s"
}
