import Testing
import WMGFramework

@testable import WMGCommand

@Suite struct GatewayCommandTests {
  private static let cases: [([String], Int32)] = [
    (["--help"], 0), (["-h"], 0), (["--version"], 0), (["plugins"], 0), (["plugins", "--json"], 0),
    (["help", "status"], 0), (["status", "--help"], 0),
    (["--no-such-option"], 64), (["-minvni", "5", "-maxvni", "3"], 64), (["frobnicate"], 64),
    (["--effector", "nothing"], 64), (["--log-level", "loud"], 64),
    (["--plugin", "/nonexistent.so"], 66), (["check", "--plugin=/etc/passwd"], 78), (["--plugin"], 64),
    (["plugins", "--plugin", "/etc/passwd"], 0), (["--help", "--plugin", "/etc/passwd"], 0),
    (["lab", "--gateway-count", "1"], 64), (["lab", "--topology", "ring"], 64), (["lab", "--vnis", "0"], 64),
    (["status", "--control-socket", "/nonexistent/control.sock"], 69),
  ]

  private let plugins: [any Plugin] = [
    StubDiscovery(name: "udp-broadcast"), StubStrategy(), StubEffector(name: "macvlan"),
    StubEffector(name: "garp"),
  ]

  @Test(arguments: cases)
  func exitCodesAreOfSysexits(_ arguments: [String], _ code: Int32) {
    #expect(GatewayCommand.run(arguments, plugins: plugins) == code)
  }

  @Test func librariesAreNamedAnywhereBeforeALoneDashDash() {
    let arguments = ["plugins", "-plugin", "a.so", "--json", "--plugin=./b.so", "--", "--plugin", "c.so"]
    #expect(LibraryOptions.paths(in: arguments) == ["a.so", "./b.so"])
    #expect(LibraryOptions.paths(in: ["--plugin"]).isEmpty)
  }

  @Test func aNameUsedTwiceIsAProgrammersError() {
    #expect(GatewayCommand.run(["plugins"], plugins: plugins + [StubEffector(name: "garp")]) == 70)
  }
}
