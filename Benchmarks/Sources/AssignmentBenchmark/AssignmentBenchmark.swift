import Glibc
import PlainC
import RendezvousHashing
import WMGFramework

typealias PlainCPass = (
  UnsafePointer<UInt32>?, Int, UnsafePointer<UInt64>?, Int, UnsafeMutablePointer<UInt16>?
) -> Void

/// One million VNIs × 16 gateways: each strategy's full pass, as the daemon calls it (through `any
/// AssignmentStrategy`), beside the same loop in plain C. Rounds alternate, so that both meet the same noise.
///
///     swift run -c release assignment-benchmark [ROUNDS]
@main
enum AssignmentBenchmark {
  static let vniCount = 1_000_000
  static let gatewayCount = 16

  static func main() {
    let rounds = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 41
    let vnis = Array(VNISet(VNI.min...VNI(rawValue: UInt32(vniCount))!))
    var generator = SystemRandomNumberGenerator()
    let gateways = (0..<gatewayCount).map { _ in GatewayID.random(using: &generator) }.sorted()

    print("\(vniCount) VNIs x \(gatewayCount) gateways, median of \(rounds) alternating rounds")
    print(row("strategy", "Swift ms", "plain C ms", "ratio", "ns/pair"))
    compare("rendezvous", RendezvousStrategy(), plain_c_rendezvous, vnis, gateways, rounds)
    compare("rendezvous-mixed", RendezvousMixedStrategy(), plain_c_rendezvous_mixed, vnis, gateways, rounds)
  }

  static func compare(
    _ name: String, _ strategy: any AssignmentStrategy, _ plainC: PlainCPass, _ vnis: [VNI],
    _ gateways: [GatewayID], _ rounds: Int
  ) {
    let rawVNIs = vnis.map(\.rawValue)
    let rawGateways = gateways.map(\.rawValue)
    var owners = [UInt16](repeating: 0, count: vnis.count)
    var reference = owners
    var swift: [Double] = []
    var c: [Double] = []
    for _ in 0..<rounds {
      swift.append(
        milliseconds {
          var span = owners.mutableSpan
          strategy.assign(vnis.span, to: gateways.span, owners: &span)
        })
      c.append(
        milliseconds {
          reference.withUnsafeMutableBufferPointer {
            plainC(rawVNIs, rawVNIs.count, rawGateways, rawGateways.count, $0.baseAddress)
          }
        })
    }
    precondition(owners == reference, "\(name): Swift and C disagree")
    let ratio = median(zip(swift, c).map { $0 / $1 })
    print(
      row(
        name, text(median(swift)), text(median(c)), text(ratio),
        text(median(swift) * 1e6 / Double(vnis.count * gateways.count))))
  }

  static func milliseconds(_ work: () -> Void) -> Double {
    let start = ContinuousClock.now
    work()
    return (ContinuousClock.now - start) / .milliseconds(1)
  }

  static func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
  }

  static func text(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
  }

  static func row(_ columns: String...) -> String {
    columns.map { $0 + String(repeating: " ", count: max(1, 18 - $0.count)) }.joined()
  }
}
