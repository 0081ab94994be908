import FleetSimulation
import Testing

/// What is broken on purpose is found: here with the first seed that is known to show it; `fleet-simulation --controls`
/// searches for it.
struct NegativeControlTests {
  @Test func thereAreEnoughAndNoTwoHaveOneName() {
    #expect(NegativeControl.all.count >= 12)
    #expect(Set(NegativeControl.all.map(\.name)).count == NegativeControl.all.count)
    #expect(NegativeControl.all.allSatisfy { !$0.expected.isEmpty })
  }

  @Test(arguments: NegativeControl.all.filter(\.isQuick)) func isFound(control: NegativeControl) throws {
    let found = (1...60 as ClosedRange<UInt64>).lazy.compactMap { control.run(seed: $0) }.first
    let violation = try #require(found)
    #expect(control.isExpected(violation), "\(violation)")
    #expect(!violation.machines.isEmpty)
  }
}

extension NegativeControl {
  /// Those that are found soon enough for an unoptimised build.
  fileprivate var isQuick: Bool {
    [
      "no re-listen after a pause", "no stop margin", "no hold for Go joiners",
      "gives peers up an interval early",
      "deaf while suspended", "believes what waited in the socket", "ignores drift",
    ].contains(name)
  }
}
