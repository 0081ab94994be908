import Figures
import PlainC
import RendezvousHashing
import WMGFramework

typealias PlainCPass = (
  UnsafePointer<UInt32>?, Int, UnsafePointer<UInt64>?, Int, UnsafeMutablePointer<UInt16>?
) -> Void

/// One million VNIs × 16 gateways: each strategy's full pass, as the daemon calls it (through `any
/// AssignmentStrategy`), beside the same loop in plain C; then one gateway that joins and one that leaves. Rounds
/// alternate, so that all meet the same noise. Where the processor has AVX2, the same once more with vector
/// instructions on both sides. Then all 16,777,215 VNIs × 64 gateways, one of which leaves.
///
///     assignment-benchmark [--rounds 41]
@main
enum AssignmentBenchmark {
  static let vniCount = 1_000_000
  static let gatewayCount = 16
  static let wideGatewayCount = 64

  static func main() {
    Experiment.run { experiment in
      let rounds = experiment.number("--rounds", default: 41)
      let vnis = VNISet(VNI.min...VNI(rawValue: UInt32(vniCount))!)
      var generator = SystemRandomNumberGenerator()
      let gateways = (0..<gatewayCount).map { _ in GatewayID.random(using: &generator) }.sorted()
      let portable = RendezvousStrategy(usesVectors: false)
      let full = compare(portable, plain_c_rendezvous, Array(vnis), gateways, rounds)
      let mixed = compare(
        RendezvousMixedStrategy(usesVectors: false), plain_c_rendezvous_mixed, Array(vnis), gateways, rounds)
      let vectors =
        plain_c_has_avx2()
        ? compare(RendezvousStrategy(), plain_c_rendezvous_avx2, Array(vnis), gateways, rounds) : nil
      let change = changes(AssignmentTable(vnis, strategy: RendezvousStrategy()), gateways, rounds)
      experiment.say("rendezvous, full pass: \(full)")
      experiment.say("rendezvous-mixed, full pass: \(mixed)")
      experiment.say(
        "rendezvous, full pass with AVX2: \(vectors.map(String.init) ?? "this processor has none")")
      experiment.say("rendezvous, one join: \(change.join.text), one leave: \(change.leave.text)")
      let wide = wideLeave(rounds: max(3, rounds / 8), &generator)
      experiment.say(
        "16,777,215 VNIs × \(wideGatewayCount): full pass \(wide.full.text), one leave \(wide.leave.text)")
      let limit = Duration.milliseconds(4)
      return [
        Figure(
          "assignment of 1M VNIs × 16 gateways; one join; one leave (medians of \(rounds))",
          reference: "the same loop in plain C: \(full.plainC.text)",
          reached: "\(full.swift.text), \(full.ratio.text(decimals: 2))× C; \(change.join.text); "
            + change.leave.text,
          goal: "≤ 1.1× C; ≤ 4 ms; ≤ 4 ms",
          isMet: full.ratio <= 1.1 && change.join <= limit && change.leave <= limit),
        Figure(
          "the same full pass with AVX2 (medians of \(rounds))",
          reference: vectors.map { "AVX2 intrinsics in C: \($0.plainC.text)" } ?? "no AVX2 here",
          reached: vectors.map { "\($0.swift.text), \($0.ratio.text(decimals: 2))× C" } ?? "–",
          goal: "≤ 1.3× C", isMet: vectors.map { $0.ratio <= 1.3 }),
        Figure(
          "16,777,215 VNIs × \(wideGatewayCount) gateways: one leave (medians)",
          reference: "full pass: \(wide.full.text)",
          reached: "\(wide.leave.text), 1/\(wide.fraction.text(decimals: 0)) of it",
          goal: "≤ 1/20 of it", isMet: wide.fraction >= 20),
      ]
    }
  }

  /// A full pass in Swift and in C: medians.
  struct Comparison: CustomStringConvertible {
    let swift: Duration
    let plainC: Duration
    /// The median of the rounds' ratios.
    let ratio: Double

    var description: String {
      "Swift \(swift.text), plain C \(plainC.text), ratio \(ratio.text(decimals: 2))"
    }
  }

  static func compare(
    _ strategy: any AssignmentStrategy, _ plainC: PlainCPass, _ vnis: [VNI], _ gateways: [GatewayID],
    _ rounds: Int
  ) -> Comparison {
    let rawVNIs = vnis.map(\.rawValue)
    let rawGateways = gateways.map(\.rawValue)
    var owners = [UInt16](repeating: 0, count: vnis.count)
    var reference = owners
    var swift: [Duration] = []
    var c: [Duration] = []
    for _ in 0..<rounds {
      swift.append(
        ContinuousClock().measure {
          var span = owners.mutableSpan
          strategy.assign(vnis.span, to: gateways.span, owners: &span)
        })
      c.append(
        ContinuousClock().measure {
          reference.withUnsafeMutableBufferPointer {
            plainC(rawVNIs, rawVNIs.count, rawGateways, rawGateways.count, $0.baseAddress)
          }
        })
    }
    precondition(owners == reference, "Swift and C disagree")
    return Comparison(swift: swift.median, plainC: c.median, ratio: zip(swift, c).map { $0 / $1 }.median)
  }

  /// One of the gateways leaves and comes back, another one in each round, as it happens in the daemon's core.
  static func changes(
    _ table: AssignmentTable, _ gateways: [GatewayID], _ rounds: Int
  ) -> (join: Duration, leave: Duration) {
    var table = table
    _ = table.update(to: gateways)
    let owners = gateways.map { Array(table.ownership(of: $0)) }
    var joins: [Duration] = []
    var leaves: [Duration] = []
    for round in 0..<rounds {
      var without = gateways
      without.remove(at: round % gateways.count)
      var moved: (left: Int, joined: Int) = (0, 0)
      leaves.append(ContinuousClock().measure { moved.left = table.update(to: without).count })
      joins.append(ContinuousClock().measure { moved.joined = table.update(to: gateways).count })
      precondition(moved.left > 0 && moved.left == moved.joined, "what left does not come back")
    }
    // At the end only: a look at all owners leaves nothing of the table in the cache.
    precondition(
      gateways.map { Array(table.ownership(of: $0)) } == owners, "a join does not assign as a full pass does")
    return (joins.median, leaves.median)
  }

  /// All VNIs that there are: a full pass, and one gateway that leaves, another one in each round. `fraction` is the
  /// median of the rounds' full passes over their leaves.
  static func wideLeave(
    rounds: Int, _ generator: inout SystemRandomNumberGenerator
  ) -> (full: Duration, leave: Duration, fraction: Double) {
    let vnis = VNISet(VNI.min...VNI.max)
    let gateways = (0..<wideGatewayCount).map { _ in GatewayID.random(using: &generator) }.sorted()
    let strategy: any AssignmentStrategy = RendezvousStrategy()
    var table = AssignmentTable(vnis, strategy: strategy)
    _ = table.update(to: gateways)
    var owners = [UInt16](repeating: 0, count: table.vnis.count)
    var full: [Duration] = []
    var leaves: [Duration] = []
    for round in 0..<rounds {
      full.append(
        ContinuousClock().measure {
          var span = owners.mutableSpan
          strategy.assign(table.vnis.span, to: gateways.span, owners: &span)
        })
      var without = gateways
      without.remove(at: round * 7 % gateways.count)
      leaves.append(ContinuousClock().measure { _ = table.update(to: without) })
      _ = table.update(to: gateways)
    }
    precondition(
      owners.indices.allSatisfy { gateways[Int(owners[$0])] == table.owner(at: $0) },
      "the table does not assign as a full pass does")
    return (full.median, leaves.median, zip(full, leaves).map { $0 / $1 }.median)
  }
}
