import Glibc
import LinuxNetworking
import Testing
import WMGFramework

@testable import ForeignHashing

@Suite struct ForeignPluginTests {
  private let plugin = ForeignPlugin(prober: prober)
  private let configuration = GatewayConfiguration(
    uid: GatewayID(rawValue: 1)!, vnis: VNISet(VNI.min...VNI.min))

  private func options(_ library: String, _ symbol: String, _ signature: String) throws -> PluginOptionValues
  {
    try PluginOptionValues(
      decoding: [("library", library), ("symbol", symbol), ("signature", signature)], for: plugin)
  }

  @Test("A function that stands the trial makes a strategy")
  func makes() throws {
    let options = try options("libxxhash.so.0", "XXH64", "u64(bytes,size,u64=0)")
    let made = try plugin.makeStrategy(options, for: configuration)
    let strategy = try #require(made as? ForeignStrategy)
    #expect(score(strategy, 1, 1) == 3_403_729_549_279_472_915)
  }

  @Test("What is wrong is one line that names the option, with an exit code")
  func refuses() throws {
    let bad = #expect(throws: PluginError.self) { try options("x", "y", "u64(byes)") }
    #expect(
      bad?.description.hasPrefix("--set foreign.signature must have an argument (vni, uid") == true
        && bad?.description.hasSuffix("at character 5 (did you mean 'bytes'?), not 'u64(byes)'") == true)
    for (values, code, words) in [
      (PluginOptionValues(), 64, "--strategy foreign needs --set foreign.library"),
      (try options("libxxhash.so.0", "XXH65", "u64(bytes)"), 78, "--set foreign.symbol=XXH65: /"),
      (try options("libnone.so", "XXH65", "u64(bytes)"), 78, "--set foreign.library=libnone.so: cannot open"),
      (
        try options(FixtureLibrary.path, "crash", "u64(vni,uid)"), 78,
        "--set foreign.signature=u64(vni:u32,uid:u64): the function crashed"
      ),
    ] as [(PluginOptionValues, Int32, String)] {
      let error = #expect(throws: PluginError.self) {
        try plugin.makeStrategy(values, for: configuration)
      }
      guard case .unusable(_, let reason, let exitCode)? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(exitCode == code)
      #expect(reason.contains(words) && !reason.contains("\n"), "\(reason)")
    }
  }

  @Test("Gateways agree by what the function answers, not by where it lies or how its signature is spelled")
  func agreement() throws {
    let copy = FixtureLibrary.build("copy", FixtureLibrary.functions)
    let changed = FixtureLibrary.build(
      "changed",
      FixtureLibrary.functions + "\n#define fnv1a fnv1b\n" + """
        uint64_t changed(const uint8_t *bytes, size_t size) { return ~mix(bytes[3], bytes[11]); }
        """)
    let here = plugin.agreement(try options(FixtureLibrary.path, "fnv1a", "u64(bytes,size)"))
    #expect(here.hasPrefix("signature=u64(bytes,size:u64);symbol=fnv1a;results="))
    #expect(here == plugin.agreement(try options(copy, "fnv1a", " u64(bytes, size)")))
    #expect(here != plugin.agreement(try options(copy, "salted", "u64(\"x\",bytes,size)")))
    let before = plugin.agreement(try options(FixtureLibrary.path, "wide", "u64(vni,uid)"))
    let narrower = plugin.agreement(try options(changed, "wide", "u32(vni,uid)"))
    #expect(before != narrower)
    #expect(
      plugin.agreement(try options("/x/libnone.so", "f", "u64(bytes)")).hasSuffix("unknown, of libnone.so"))
  }

  @Test("The promises of a scoring strategy, and nothing of balance")
  func promises() {
    #expect(plugin.promises.hasCommonRanking && plugin.promises.disruption == .minimal)
    #expect(plugin.promises.balance == nil)
  }

  @Test("The grammar is described, with every type")
  func describes() {
    for type in NumberType.allCases { #expect(plugin.details.contains(type.rawValue)) }
  }
}
