import Testing
import WMGFramework

@testable import WMGCommand

@Suite struct FingerprintTests {
  private let vnis = VNISet(VNI(rawValue: 1)!...VNI(rawValue: 100)!)

  private func fingerprint(_ strategy: String = "weighted", _ parameters: String = "") -> StrategyFingerprint
  {
    StrategyFingerprint(strategy: strategy, parameters: parameters, vnis: vnis)
  }

  private func check(against text: String) -> Int32 {
    let plugins: [any Plugin] = [
      StubDiscovery(name: "udp-broadcast"), StubStrategy(), StubEffector(name: "log"),
    ]
    return GatewayCommand.run(
      ["check", "--effector", "log", "--vnis", "1-100", "--against", text], plugins: plugins)
  }

  @Test("Equal fingerprints are no error; without another one it is only shown")
  func equal() {
    for other in [nil, fingerprint()] {
      let finding = Check.comparison(of: fingerprint(), with: other)
      #expect(finding.severity == .ok)
      #expect(finding.message.hasPrefix("is \(fingerprint())"))
    }
  }

  @Test("Others are an error that says in what they differ, and what to make alike")
  func different() {
    let ours = fingerprint("weighted", "default=1")
    let heavier = Check.comparison(of: ours, with: fingerprint("weighted", "default=2"))
    #expect(heavier.severity == .error)
    #expect(heavier.message.hasSuffix(": other parameters"))
    #expect(heavier.fix == "give every gateway the same --set weighted.…")
    let other = StrategyFingerprint(strategy: "maglev", parameters: "", vnis: VNISet())
    let finding = Check.comparison(of: ours, with: other)
    #expect(finding.message == "is \(ours), not \(other): another strategy, another VNI set")
    #expect(finding.fix == "give every gateway the same --strategy and --vnis")
  }

  @Test("Exit codes: 0 for the same, 78 for another, 64 for what is no fingerprint")
  func exitCodes() {
    let same = StrategyFingerprint(strategy: "rendezvous", parameters: "", vnis: vnis)
    #expect(check(against: same.description) == 0)
    #expect(check(against: fingerprint("rendezvous", "salt=7").description) == 78)
    #expect(check(against: "rendezvous") == 64)
  }
}
