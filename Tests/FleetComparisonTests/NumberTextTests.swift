import Testing

@testable import FleetComparison

@Suite struct NumberTextTests {
  @Test func thousandsAreGrouped() {
    #expect(
      [0, 7, 999, 1000, 16_777_215, -1234].map(grouped) == ["0", "7", "999", "1,000", "16,777,215", "-1,234"])
  }

  @Test func decimalsAreRounded() {
    #expect(fixed(1.006, 2) == "1.01")
    #expect(fixed(0.05, 1) == "0.1")
    #expect(fixed(-0.04, 1) == "0.0")
    #expect(fixed(1234.5, 0) == "1,235")
    #expect(times(nil) == "–" && times(.infinity) == "∞" && times(2) == "2.00×")
  }

  @Test func timesHaveTheirUnit() {
    #expect(text(of: .nanoseconds(12_300)) == "12 µs")
    #expect(text(of: .microseconds(999)) == "999 µs")
    #expect(text(of: .microseconds(3449)) == "3.4 ms")
    #expect(text(of: .milliseconds(218)) == "218 ms")
    #expect(text(of: .milliseconds(2184)) == "2.18 s")
  }

  @Test func memoryIsInMegabytes() {
    #expect(text(ofMemory: nil) == "–")
    #expect(text(ofMemory: 999_999) == "<1 MB")
    #expect(text(ofMemory: 134_217_728) == "134 MB")
  }

  @Test func longUidsAreShortened() {
    #expect(shortened("8874762027149433019") == "8874…3019")
    #expect(shortened("12345678901") == "12345678901")
  }
}
