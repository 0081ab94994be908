import FleetChaos
import Glibc
import Testing

@Suite struct SoakTests {
  private func series(minutes: Int, _ resident: (Int) -> Int, descriptors: (Int) -> Int = { _ in 12 })
    -> SampleSeries
  {
    var series = SampleSeries(name: "g1", process: 1)
    for second in 0..<(minutes * 60) {
      series.add(
        ProcessSample(
          resident: resident(second), anonymous: 3000, threads: 6, descriptors: descriptors(second)),
        at: .seconds(second))
    }
    return series
  }

  @Test("What stays the same is flat; a moment's need is no leak, nor is what the start took")
  func flat() {
    let steady = series(minutes: 20) { second in second < 60 ? 15_000 : second % 10 == 0 ? 12_000 : 9000 }
    #expect(steady.faults.isEmpty)
    #expect(steady.flatness(of: \.resident)?.slope == 0)
  }

  @Test("Memory that grows, and descriptors that do, are found")
  func leaks() {
    let leaking = series(minutes: 60) { 9000 + $0 }
    #expect(leaking.faults.count == 1)
    #expect(abs((leaking.flatness(of: \.resident)?.slope ?? 0) - 3600) < 1)
    #expect(series(minutes: 20, { _ in 9000 }, descriptors: { 12 + $0 / 600 }).faults.count == 1)
  }

  @Test("A descriptor that is open for minutes, but closed in each, is none that is lost")
  func borrowed() {
    let waiting = series(minutes: 20, { _ in 9000 }, descriptors: { $0 % 60 < 50 && $0 > 600 ? 13 : 12 })
    #expect(waiting.faults.isEmpty)
    #expect(series(minutes: 20, { _ in 9000 }, descriptors: { $0 > 600 ? 13 : 12 }).faults.count == 1)
  }

  @Test("What is too short is not judged")
  func short() {
    #expect(series(minutes: 2) { _ in 9000 }.flatness(of: \.resident) == nil)
  }

  @Test("A process's figures are those of the kernel")
  func ownFigures() throws {
    let sample = try #require(ProcessSample(of: getpid()))
    #expect(sample.resident > sample.anonymous && sample.threads >= 1 && sample.descriptors >= 3)
    #expect(ProcessSample(of: Int32.max) == nil)
  }
}
