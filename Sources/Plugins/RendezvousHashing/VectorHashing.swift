import CRendezvous
import WMGFramework

/// Rendezvous hashing four pairs at a time, on processors that can; half the time of the loop in Swift, and the same
/// results bit for bit.
struct VectorHashing {
  /// How a VNI and a gateway's seed become one number.
  enum Pairing {
    /// `rendezvous`: the seeds are uids.
    case product
    /// `rendezvous-mixed`: the seeds are mixed uids.
    case exclusiveOr
  }

  /// Whether this processor has the instructions.
  static let isAvailable = crendezvous_is_available()

  private let pairing: crendezvous_pairing

  /// `nil` where this processor lacks the instructions.
  init?(_ pairing: Pairing) {
    guard Self.isAvailable else { return nil }
    self.pairing =
      switch pairing {
      case .product: CRENDEZVOUS_PRODUCT
      case .exclusiveOr: CRENDEZVOUS_EXCLUSIVE_OR
      }
  }

  /// For each VNI the index of the seed with the greatest score; ties to the lowest.
  func writeHighestScorers<Seed: BitwiseCopyable>(
    _ vnis: Span<VNI>, seeds: Span<Seed>, owners: inout MutableSpan<UInt16>
  ) {
    precondition(owners.count == vnis.count, "one owner per VNI")
    precondition(1...65_535 ~= seeds.count, "1 to 65,535 gateways")
    withNumbers(vnis, seeds) { vnis, seeds in
      owners.withUnsafeMutableBufferPointer { owners in
        crendezvous_owners(
          pairing, vnis.baseAddress, vnis.count, seeds.baseAddress, seeds.count, owners.baseAddress)
      }
    }
  }

  /// The score of each pair.
  func writeScores(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    precondition(
      vnis.count == gateways.count && vnis.count == scores.count, "one VNI, gateway and score per pair")
    withNumbers(vnis, gateways) { vnis, uids in
      scores.withUnsafeMutableBufferPointer { scores in
        crendezvous_scores(pairing, vnis.baseAddress, uids.baseAddress, vnis.count, scores.baseAddress)
      }
    }
  }

  /// VNIs and uids are bare integers in memory, which is all that C sees of them.
  private func withNumbers<Seed: BitwiseCopyable>(
    _ vnis: Span<VNI>, _ seeds: Span<Seed>,
    _ body: (UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<UInt64>) -> Void
  ) {
    assert(MemoryLayout<VNI>.stride == 4 && MemoryLayout<Seed>.stride == 8)
    vnis.withUnsafeBytes { vnis in
      seeds.withUnsafeBytes { seeds in
        body(vnis.assumingMemoryBound(to: UInt32.self), seeds.assumingMemoryBound(to: UInt64.self))
      }
    }
  }
}
