import Figures
import Glibc
import LinuxNetworking
import PlainC
import PluginLibrary
import WMGFramework

/// One million VNIs × 16 gateways: a C function as a strategy of a shared library, called as the daemon calls it
/// (through `any AssignmentStrategy`), beside the same function linked in. Rounds alternate.
///
///     library-benchmark [--rounds 41]
///
/// Both are compiled by the clang that Swift comes with, which must be on the PATH.
@main
enum LibraryBenchmark {
  struct Failure: Error, CustomStringConvertible { let description: String }

  static func main() {
    Experiment.run { experiment in
      let rounds = experiment.number("--rounds", default: 41)
      let strategy = try loadStrategy()
      let vnis = (1...UInt32(1_000_000)).compactMap(VNI.init(rawValue:))
      var generator = SystemRandomNumberGenerator()
      let gateways = (0..<16).map { _ in GatewayID.random(using: &generator) }.sorted()
      let rawVNIs = vnis.map(\.rawValue)
      let rawGateways = gateways.map(\.rawValue)
      var owners = [UInt16](repeating: 0, count: vnis.count)
      var reference = owners
      var library: [Duration] = []
      var linked: [Duration] = []
      for _ in 0..<rounds {
        library.append(
          ContinuousClock().measure {
            var span = owners.mutableSpan
            strategy.assign(vnis.span, to: gateways.span, owners: &span)
          })
        linked.append(
          ContinuousClock().measure {
            reference.withUnsafeMutableBufferPointer {
              plain_c_rendezvous(rawVNIs, rawVNIs.count, rawGateways, rawGateways.count, $0.baseAddress)
            }
          })
      }
      guard owners == reference else { throw Failure(description: "the library and the function disagree") }
      let ratio = zip(library, linked).map { $0 / $1 }.median
      return [
        Figure(
          "strategy of a C library, 1M VNIs × 16 gateways (median of \(rounds))",
          reference: "the same C function linked in: \(linked.median.text)",
          reached: "\(library.median.text), \(ratio.text(decimals: 2))×", goal: "≤ 1.2×", isMet: ratio <= 1.2)
      ]
    }
  }

  /// Compiles the library and loads it as `--plugin` does.
  static func loadStrategy() throws -> any AssignmentStrategy {
    let sources = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined()
    var template = Array("/tmp/wmgbench-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemCallError("mkdtemp") }
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let path = "\(folder)/libplainc.so"
    defer {
      unlink(path)
      rmdir(folder)
    }
    let command =
      "clang -O2 -fPIC -shared -o '\(path)' -I '\(sources)/PlainC/include'"
      + " -I '\(sources)/../../Sources/CWMGPlugin/include'"
      + " '\(sources)/LibraryBenchmark/Library/plain_c_library.c' '\(sources)/PlainC/PlainC.c'"
    guard system(command) == 0 else { throw Failure(description: "cannot compile: \(command)") }
    let (plugins, refusals) = PluginLibraries.load([path])
    guard let plugin = plugins.first as? any StrategyPlugin, let uid = GatewayID(rawValue: 1) else {
      throw refusals.first ?? Failure(description: "no strategy in \(path)")
    }
    return try plugin.makeStrategy(
      PluginOptionValues(), for: GatewayConfiguration(uid: uid, vnis: VNISet(VNI.min...VNI.max)))
  }
}
