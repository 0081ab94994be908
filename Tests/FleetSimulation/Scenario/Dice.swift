import WMGFramework
import WMGFrameworkTesting

/// What a seed decides.
struct Dice {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func bits() -> UInt64 { generator.next() }

  mutating func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  mutating func whole(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }

  mutating func real(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }

  mutating func chance(_ probability: Double) -> Bool {
    probability > 0 && Double.random(in: 0..<1, using: &generator) < probability
  }

  mutating func duration(_ range: ClosedRange<Duration>) -> Duration {
    .nanoseconds(whole(range.lowerBound.nanoseconds...range.upperBound.nanoseconds))
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &generator)]
  }

  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    elements.shuffled(using: &generator)
  }

  /// One of them or more.
  mutating func some<Element>(of elements: [Element]) -> [Element] {
    Array(shuffled(elements).prefix(whole(1...elements.count)))
  }

  mutating func uid() -> GatewayID {
    // Small ones too: operators number their gateways.
    if chance(0.3), let small = GatewayID(rawValue: UInt64(whole(1...1000))) { return small }
    return .random(using: &generator)
  }
}
