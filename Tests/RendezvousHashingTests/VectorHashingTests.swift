import Testing
import WMGFramework

@testable import RendezvousHashing

/// On a processor without AVX2 both sides would run the loops in Swift, and these tests would say nothing.
@Suite(.enabled(if: VectorHashing.isAvailable, "this processor has no AVX2"))
struct VectorHashingTests {
  private typealias Pair = (vectors: any ScoringStrategy, portable: any ScoringStrategy)
  private let pairs: [Pair] = [
    (RendezvousStrategy(), RendezvousStrategy(usesVectors: false)),
    (RendezvousMixedStrategy(), RendezvousMixedStrategy(usesVectors: false)),
  ]

  @Test("Vectors decide as the portable loop does, whatever the number of VNIs and gateways")
  func owners() {
    var generator = SeededGenerator(state: 11)
    for (vectors, portable) in pairs {
      for vniCount in [1, 2, 7, 8, 9, 15, 16, 17, 1000] {
        for gatewayCount in [1, 2, 3, 16, 300] {
          let vnis = Set(
            (0..<vniCount).map { _ in VNI(rawValue: .random(in: 1...0xFF_FFFF, using: &generator))! }
          )
          .sorted()
          let fleet = uids((0..<gatewayCount).map { _ in generator.next() }).sorted()
          #expect(
            RendezvousHashingTests.owners(vectors, vnis, fleet)
              == RendezvousHashingTests.owners(portable, vnis, fleet))
        }
      }
    }
  }

  @Test("Of equal scores the lowest uid's wins, in vectors too")
  func ties() {
    // score(v, u) = score(v, u + 2⁶³) for even v.
    let fleet = uids([5, 5 + 1 << 63])
    let even = stride(from: UInt32(2), through: 64, by: 2).map { VNI(rawValue: $0)! }
    for usesVectors in [true, false] {
      let owners = RendezvousHashingTests.owners(RendezvousStrategy(usesVectors: usesVectors), even, fleet)
      #expect(owners.allSatisfy { $0 == fleet[0] })
    }
  }

  @Test("Scores are the same, at every length")
  func scores() {
    var generator = SeededGenerator(state: 13)
    for (vectors, portable) in pairs {
      for count in 0...33 {
        let vnis = (0..<count).map { _ in VNI(rawValue: .random(in: 1...0xFF_FFFF, using: &generator))! }
        let fleet = uids((0..<count).map { _ in generator.next() })
        #expect(scores(vectors, vnis, fleet) == scores(portable, vnis, fleet))
      }
    }
  }

  private func scores(_ strategy: any ScoringStrategy, _ vnis: [VNI], _ fleet: [GatewayID]) -> [UInt64] {
    var scores = [UInt64](repeating: 0, count: vnis.count)
    var span = scores.mutableSpan
    strategy.score(vnis.span, fleet.span, into: &span)
    return scores
  }
}
