import ArgumentParser
import Testing
import WMGFramework
import WMGRuntime

@testable import WMGCommand

struct GuardOptionsTests {
  private let configuration = GatewayConfiguration(
    uid: GatewayID(rawValue: 1)!, vnis: VNISet(VNI(rawValue: 1)!...VNI(rawValue: 3)!))
  private let interfaces = GuardedInterfaces([.init(prefix: "vrrp4-")])

  private func choice(_ arguments: String...) throws -> GuardChoice {
    try GuardOptions.parse(arguments).choice(for: configuration)
  }

  @Test func itIsBesideTheProgramAndWaitsAsPeersDo() throws {
    #expect(try choice() == GuardChoice(.beside))
    #expect(try choice("--guard", "beside", "--guard-delay", "none") == GuardChoice(.beside))
  }

  @Test func itCanBeNamedOrLeftOut() throws {
    #expect(try choice("--guard", "/bin/true").path == "/bin/true")
    #expect(try choice("--guard", "off").path == nil)
    #expect(throws: UsageError.self) { try choice("--guard", "/nonexistent/guard") }
    #expect(throws: UsageError.self) { try choice("--guard", "on") }
    #expect(throws: UsageError.self) { try choice("--guard", "/usr/lib") }
    #expect(GuardChoice(.path("/usr/lib")).path == nil)
  }

  @Test func theDelayIsAtMostTheDetectionTime() throws {
    #expect(try choice("--guard-delay", "0s").delay == .zero)
    #expect(try choice("--guard-delay", "3s").delay == .seconds(3))
    #expect(throws: UsageError.self) { try choice("--guard-delay", "3001ms") }
    #expect(throws: UsageError.self) { try choice("--guard-delay", "soon") }
  }

  @Test func peersHaveTimeToJudgeAndToTakeOver() {
    #expect(GuardChoice.margin(for: configuration) == .milliseconds(130))
  }

  @Test func checkSaysWhatIsMissing() throws {
    #expect(Check.guardFinding(.off, GuardedInterfaces()) == nil)
    #expect(Check.guardFinding(.off, interfaces)?.severity == .warning)
    #expect(Check.guardFinding(GuardChoice(.path("/bin/true")), interfaces)?.severity == .ok)
    let missing = try #require(Check.guardFinding(GuardChoice(.path("/nonexistent/guard")), interfaces))
    #expect(missing.severity == .warning && missing.fix?.contains("--guard") == true)
  }
}
