import Figures
import ForeignHashing
import PlainC
import WMGFramework

/// What it costs that a function comes from elsewhere: XXH64 out of libxxhash through the strategy `foreign`, by a direct
/// call and by libffi, beside the same loop in plain C. 100,000 VNIs × 16 gateways; rounds alternate, so that all meet the
/// same noise.
///
///     foreign-benchmark [--rounds 41]
@main
enum ForeignBenchmark {
  static let vniCount: UInt32 = 100_000
  static let gatewayCount = 16

  static func main() {
    Experiment.run { experiment in
      let rounds = experiment.number("--rounds", default: 41)
      let fleet = Fleet(vniCount: vniCount, gatewayCount: gatewayCount)
      let direct = try foreign(.direct, fleet, rounds)
      let libffi = try foreign(.libffi, fleet, rounds)
      experiment.say("foreign, direct call: \(direct)")
      experiment.say("foreign, libffi: \(libffi)")
      return [
        Figure(
          "`foreign`, XXH64 of 100,000 VNIs × 16: direct call; libffi (medians of \(rounds))",
          reference: "the same loop in C: \(direct.plainC.text)",
          reached: "\(direct.ratio.text(decimals: 2))×; \(libffi.ratio.text(decimals: 1))×",
          goal: "≤ 1.5×; ≤ 8×", isMet: direct.ratio <= 1.5 && libffi.ratio <= 8)
      ]
    }
  }

  /// The gateways and VNIs that all are asked about.
  struct Fleet {
    let vnis: [VNI]
    let gateways: [GatewayID]
    let rawVNIs: [UInt32]
    let rawGateways: [UInt64]

    init(vniCount: UInt32, gatewayCount: Int) {
      var generator = SystemRandomNumberGenerator()
      vnis = (1...vniCount).compactMap { VNI(rawValue: $0) }
      gateways = (0..<gatewayCount).map { _ in GatewayID.random(using: &generator) }.sorted()
      rawVNIs = vnis.map(\.rawValue)
      rawGateways = gateways.map(\.rawValue)
    }
  }

  /// A full pass in its strategy and in C: medians.
  struct Comparison: CustomStringConvertible {
    let strategy: Duration
    let plainC: Duration
    /// The median of the rounds' ratios.
    let ratio: Double

    var description: String {
      "strategy \(strategy.text), plain C \(plainC.text), ratio \(ratio.text(decimals: 2))"
    }
  }

  static func foreign(_ route: ForeignFunction.Route, _ fleet: Fleet, _ rounds: Int) throws -> Comparison {
    let library = "libxxhash.so.0"
    let function = try ForeignFunction(
      library: library, symbol: "XXH64", signature: ForeignSignature(parsing: "u64(bytes,size,u64=0)"),
      route: route)
    let address = plain_c_function(library, "XXH64")
    return compare(ForeignStrategy(function), fleet, rounds) {
      plain_c_foreign(
        address, fleet.rawVNIs, fleet.rawVNIs.count, fleet.rawGateways, fleet.rawGateways.count, $0)
    }
  }

  static func compare(
    _ strategy: any AssignmentStrategy, _ fleet: Fleet, _ rounds: Int,
    plainC: (UnsafeMutablePointer<UInt16>?) -> Void
  ) -> Comparison {
    var owners = [UInt16](repeating: 0, count: fleet.vnis.count)
    var reference = owners
    var ours: [Duration] = []
    var c: [Duration] = []
    for _ in 0..<rounds {
      ours.append(
        ContinuousClock().measure {
          var span = owners.mutableSpan
          strategy.assign(fleet.vnis.span, to: fleet.gateways.span, owners: &span)
        })
      c.append(
        ContinuousClock().measure { reference.withUnsafeMutableBufferPointer { plainC($0.baseAddress) } })
    }
    precondition(owners == reference, "the strategy and C disagree")
    return Comparison(strategy: ours.median, plainC: c.median, ratio: zip(ours, c).map { $0 / $1 }.median)
  }
}
