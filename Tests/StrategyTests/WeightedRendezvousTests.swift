import Testing
import WMGFramework
import WMGFrameworkTesting

@testable import WeightedRendezvous

@Suite struct WeightedRendezvousTests {
  private func weighted(_ weights: [UInt64: UInt32], default standard: UInt32 = 1000)
    -> WeightedRendezvousStrategy
  {
    let pairs = weights.map { (GatewayID(rawValue: $0.key)!, Thousandths(rawValue: $0.value)) }
    return WeightedRendezvousStrategy(
      weights: Dictionary(uniqueKeysWithValues: pairs), default: Thousandths(rawValue: standard))
  }

  @Test("What compares strategies is told the weights")
  func weights() {
    let strategy = weighted([11: 2500, 12: 0], default: 500)
    let told = [11, 12, 13].compactMap { GatewayID(rawValue: $0) }.map { strategy.weight(of: $0) }
    #expect(told == [2.5, 0, 0.5])
  }

  /// −log₂(y / 2⁵⁶) · 2⁵⁷, to the nearest, computed apart from our code with 50 decimals.
  static let logarithms: [(UInt64, UInt64)] = [
    (1, 8_070_450_532_247_928_832), (2, 7_926_335_344_172_072_960), (3, 7_842_033_363_363_320_561),
    (1_048_576, 5_188_146_770_730_811_392), (12_345_678_901_234_567, 366_793_950_612_677_658),
    (36_028_797_018_963_969, 144_115_188_075_855_866), (72_057_594_037_927_935, 3),
    (72_057_594_037_927_936, 0),
  ]

  @Test("The logarithm is within two units of the truth", arguments: logarithms)
  func logarithm(_ numerator: UInt64, _ expected: UInt64) {
    let hash = (numerator - 1) << 8
    let table = FixedPointLogarithm.segments
    let computed = FixedPointLogarithm.negative(of: hash, table.span)
    #expect(max(computed, expected) - min(computed, expected) <= 2)
  }

  @Test("The logarithm never grows with the hash, least of all where two parts of its table meet")
  func monotony() {
    let table = FixedPointLogarithm.segments
    let segments = table.span
    for zeros in [0, 1, 7, 30] {
      for part in UInt64(256)...511 {
        let border = (part << 47) >> UInt64(zeros)
        var last = UInt64.max
        for numerator in (border - 5)...(border + 5) {
          let hash = (numerator - 1) << 8
          let computed = FixedPointLogarithm.negative(of: hash, segments)
          #expect(computed <= last, "\(numerator)")
          last = computed
        }
      }
    }
  }

  @Test("Nobody is left out who would have won", arguments: [0, 1, 7, 1000, 1_000_000] as [UInt32])
  func bound(_ weight: UInt32) {
    let table = FixedPointLogarithm.segments
    let racer = Racer(uids([5])[0], weight: Thousandths(rawValue: weight))
    var generator = SeededGenerator(seed: 3)
    for number in 0..<20_000 {
      // Of all sizes; the bound is closest for the greatest hashes.
      let random = generator.next()
      let hash = number % 2 == 0 ? random >> UInt64(number % 64) : ~(random >> UInt64(number % 64))
      let time = racer.time(forHash: hash, table.span)
      #expect(racer.lowerBound(forHash: hash) < Racer.limit(for: time == .max ? time : time + 1), "\(hash)")
    }
  }

  @Test("The full pass agrees with the scores, among many gateways and few weights")
  func manyGateways() {
    var generator = SeededGenerator(seed: 9)
    let fleet = uids((0..<64).map { _ in generator.next() | 1 })
    let weights = Dictionary(
      uniqueKeysWithValues: fleet.map {
        ($0.rawValue, UInt32([1000, 1000, 500, 0, 1_000_000].randomElement(using: &generator)!))
      })
    let strategy = weighted(weights)
    for (vni, owner) in zip(1...2000 as ClosedRange<UInt32>, owners(strategy, vnis(2000), fleet)) {
      let best = fleet.map { score(strategy, vni, $0.rawValue) }.max()!
      #expect(fleet.first { score(strategy, vni, $0.rawValue) == best }?.rawValue == owner)
    }
  }

  @Test("Shares are in proportion to the weights")
  func shares() {
    let weights: [UInt64: UInt32] = [11: 2000, 12: 500, 13: 1000, 14: 4000, 15: 2500]
    let counts = Dictionary(grouping: owners(weighted(weights), vnis(100_000), uids(weights.keys))) { $0 }
      .mapValues(\.count)
    for (uid, weight) in weights {
      let share = Double(weight) / 10_000 * 100_000
      // Four standard deviations.
      #expect(abs(Double(counts[uid] ?? 0) - share) < 4 * share.squareRoot(), "\(uid)")
    }
  }

  @Test("A changed weight moves VNIs only to the gateway that grew, or from the one that shrank")
  func oneChange() {
    let fleet = uids(1...8)
    let before = owners(weighted([3: 1000]), vnis(5000), fleet)
    for (weight, share) in [(1010, 0.126), (2000, 0.222), (500, 0.067), (0, 0)] as [(UInt32, Double)] {
      let after = owners(weighted([3: weight]), vnis(5000), fleet)
      for (old, new) in zip(before, after) where old != new {
        #expect(weight > 1000 ? new == 3 : old == 3, "weight \(weight)")
      }
      #expect(abs(Double(after.count { $0 == 3 }) - share * 5000) < 80, "weight \(weight)")
    }
  }

  @Test("Weight 0 owns nothing, unless there are only such")
  func weightZero() {
    let idle = weighted([11: 0, 12: 0])
    #expect(Set(owners(idle, vnis(1000), uids([11, 12, 13]))) == [13])
    #expect(Set(owners(idle, vnis(1000), uids([11]))) == [11])
    #expect(Set(owners(idle, vnis(1000), uids([11, 12]))) == [11, 12])
    #expect(Set(owners(weighted([13: 1], default: 0), vnis(1000), uids([11, 12, 13]))) == [13])
  }

  @Test("Every pair has the same score on every machine")
  func knownScores() {
    // Computed apart from our code, in Python.
    #expect(score(weighted([:]), 1, 1) == 0xFFFF_DD59_2325_5B85)
    #expect(score(weighted([11: 2000]), 100, 11) == 0xFFFF_D428_280A_C0E7)
    #expect(score(weighted([11: 0]), 100, 11) == 0x2840_A466_6E8A_77ED)
  }

  @Test("What means the same has the same agreement")
  func agreements() throws {
    let plugin = WeightedRendezvousPlugin()
    #expect(try agreement(plugin, [("weights", "12=0.5,11=2.0")]) == "default=1;weights=11=2,12=0.5")
    #expect(try agreement(plugin, [("weights", "12=1,11=2")]) == agreement(plugin, [("weights", "11=2.00")]))
    #expect(try agreement(plugin, [("default", "2")]) != agreement(plugin))
  }

  @Test("Bad weights are complained of in one line")
  func complaints() {
    let plugin = WeightedRendezvousPlugin()
    for text in ["11", "11=", "11=-1", "0=1", "11=1,11=2", "11=1.2345", "11=1,", "x=1"] {
      #expect(
        complaint(plugin, "weights", text)?
          .hasPrefix(
            "--set weighted.weights takes list of uid=number with up to three decimals: each weight 0 to 1000, not "
              + "'\(text)'; ") == true)
    }
    #expect(
      complaint(plugin, "weights", "11=1001")
        == "--set weighted.weights must give 11 a weight from 0 to 1000, not '11=1001'")
    #expect(
      complaint(plugin, "default", "1000.001") == "--set weighted.default must be 0 to 1000, not '1000.001'")
    #expect(complaint(plugin, "weights", "11=0.001,12=1000") == nil)
  }
}
