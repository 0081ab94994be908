import ArgumentParser
import Testing
import WMGFramework

@testable import WMGCommand

@Suite struct GatewayOptionsTests {
  private static let complaints: [([String], String)] = [
    (["--minvni", "5", "--maxvni", "3"], "--minvni 5 is above --maxvni 3; give the lower VNI to --minvni"),
    (["--minvni", "0"], "--minvni '0' is not a VNI; a VNI is 1 to 16777215"),
    (["--maxvni", "16777216"], "--maxvni '16777216' is not a VNI; a VNI is 1 to 16777215"),
    (["--vnis", "0"], "--vnis: VNI 0 is out of range; a VNI is 1 to 16777215"),
    (["--vnis", "1-16777216"], "--vnis: VNI 16777216 is out of range; a VNI is 1 to 16777215"),
    (["--vnis", "9-3"], "--vnis: range '9-3' ends before it begins; write the lower VNI first"),
    (
      ["--vnis", "1,,2"],
      "--vnis: a VNI is missing; write VNIs and ranges with commas between them, such as 1-100,200"
    ),
    (
      ["--vnis", "1", "--maxvni", "3"],
      "--vnis and --maxvni exclude each other; give the set or the bounds"
    ),
    (
      ["--uid", "18446744073709551616"],
      "--uid 18446744073709551616 is out of range; a uid is 1 to 18446744073709551615 (2^64 - 1), or 0 for a random one"
    ),
    (
      ["--uid", "eleven"],
      "--uid 'eleven' is not a number; a uid is 1 to 18446744073709551615, or 0 for a random one"
    ),
    (["--interval", "0"], "--interval '0' must be a duration from 10ms to 60s, such as 200ms or 1s"),
    (["--interval", "5"], "--interval '5' must be a duration from 10ms to 60s, such as 200ms or 1s"),
    (["--multiplier", "1"], "--multiplier '1' must be a number from 2 to 50"),
    (["--peer-limit", "0"], "--peer-limit '0' must be a number from 1 to 65534"),
    (["--hold-for-joiner", "maybe"], "--hold-for-joiner 'maybe' is neither on nor off"),
    (["--when-isolated", "panic"], "--when-isolated 'panic' is unknown; it takes keep or release"),
  ]

  private func configuration(_ arguments: String...) throws -> GatewayConfiguration {
    try GatewayOptions.parse(arguments).configuration()
  }

  @Test func theDefaultsAreTheGoDaemonsTiming() throws {
    let configuration = try configuration("--uid", "11")
    #expect(configuration.uid.rawValue == 11)
    #expect(configuration.vnis.description == "1-100")
    #expect(configuration.interval == .seconds(1))
    #expect(configuration.detectionTime == .seconds(3))
    #expect(configuration.effectiveClaimDelay == .milliseconds(300))
    #expect(configuration.stopMargin == .milliseconds(300))
    #expect(configuration.holdsForJoiners)
    #expect(configuration.whenIsolated == .keep)
    #expect(configuration.peerLimit == 1024)
  }

  @Test func everyOptionIsTaken() throws {
    let configuration = try configuration(
      "--uid", "18446744073709551615", "--vnis", "1-3,16777215", "--interval", "10ms", "--multiplier", "5",
      "--claim-delay", "20ms", "--stop-margin", "0", "--hold-for-joiner", "off", "--when-isolated", "release",
      "--peer-limit", "2")
    #expect(configuration.uid.rawValue == .max)
    #expect(configuration.vnis.description == "1-3,16777215")
    #expect(configuration.detectionTime == .milliseconds(50))
    #expect(configuration.effectiveClaimDelay == .milliseconds(20))
    #expect(configuration.stopMargin == .zero)
    #expect(!configuration.holdsForJoiners)
    #expect(configuration.whenIsolated == .release)
    #expect(configuration.peerLimit == 2)
  }

  @Test func aShortDetectionTimeShortensTheClaimDelay() throws {
    #expect(try configuration("--interval", "20ms").effectiveClaimDelay == .milliseconds(60))
  }

  @Test func noUIDOrZeroIsARandomOne() throws {
    let uids = try [configuration().uid, configuration().uid, configuration("--uid", "0").uid]
    #expect(Set(uids).count == 3)
  }

  @Test(arguments: complaints)
  func badInputIsNamedWithItsFix(_ arguments: [String], _ complaint: String) throws {
    let options = try GatewayOptions.parse(arguments)
    let error = #expect(throws: UsageError.self) { try options.configuration() }
    #expect(error?.description == complaint)
    #expect(error?.exitCode == 64)
  }
}
