import Testing
import WMGFramework

struct StrategyFingerprintTests {
  private let vnis = VNISet(VNI(rawValue: 1)!...VNI(rawValue: 100)!)

  @Test("A fingerprint is written and read back, and is the same on every machine")
  func text() {
    let fingerprint = StrategyFingerprint(strategy: "rendezvous", parameters: "", vnis: vnis)
    #expect(fingerprint.description.hasPrefix("rendezvous:811c9dc5:"))
    #expect(StrategyFingerprint(fingerprint.description) == fingerprint)
    for text in ["", "rendezvous", "rendezvous:1:2", ":811c9dc5:811c9dc5", "a:811c9dcg:811c9dc5"] {
      #expect(StrategyFingerprint(text) == nil, "\(text)")
    }
  }

  @Test("Fingerprints that differ say in what")
  func differences() {
    let one = StrategyFingerprint(strategy: "weighted", parameters: "weights=11=2", vnis: vnis)
    let heavier = StrategyFingerprint(strategy: "weighted", parameters: "weights=11=3", vnis: vnis)
    let other = StrategyFingerprint(strategy: "maglev", parameters: "", vnis: VNISet())
    #expect(one.differences(from: one).isEmpty)
    #expect(one.differences(from: heavier) == ["parameters"])
    #expect(one.differences(from: other) == ["strategy", "VNI set"])
    #expect(Set([one, heavier, other].map(\.rawValue)).count == 3)
  }
}
