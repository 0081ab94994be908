import ArgumentParser
import Testing
import WMGFramework

@testable import WMGCommand

@Suite struct GatewayCommandTests {
  private static let cases: [([String], Int32)] = [
    (["--help"], 0), (["-h"], 0), (["--version"], 0), (["plugins"], 0), (["plugins", "--json"], 0),
    (["help", "status"], 0), (["help"], 0), (["help", "nosuch"], 64),
    (["config", "default", "--json"], 64), (["config", "check", "--json"], 64),
    (["plugins", "--plugin", "/nonexistent.so", "--describe", "fnv"], 66),
    (["plugins", "--plugin", "/nonexistent.so", "--describe", "garp"], 0), (["status", "--help"], 0),
    (["--no-such-option"], 64), (["-minvni", "5", "-maxvni", "3"], 64), (["frobnicate"], 64),
    (["--effector", "nothing"], 64), (["--log-level", "loud"], 64),
    (["--plugin", "/nonexistent.so"], 66), (["check", "--plugin=/etc/passwd"], 78), (["--plugin"], 64),
    (["plugins", "--plugin", "/etc/passwd"], 0), (["--help", "--plugin", "/etc/passwd"], 0),
    (["lab", "--gateway-count", "1"], 64), (["lab", "--topology", "ring"], 64), (["lab", "--vnis", "0"], 64),
    (["lab", "--strategy", "nothing"], 64), (["lab", "--set", "nothing.salt=7"], 64),
    (["lab", "--plugin", "/nonexistent.so"], 66), (["lab", "--plugin=/etc/passwd"], 78),
    (["status", "--control-socket", "/nonexistent/control.sock"], 69),
    (["--user", "no-such-user"], 64), (["config", "check", "--user", "root"], 64),
    (["check", "--user", "no-such-user"], 64), (["--capabilities", "all"], 64),
  ]

  private let plugins: [any Plugin] = [
    StubDiscovery(name: "udp-broadcast"), StubStrategy(), StubEffector(name: "macvlan"),
    StubEffector(name: "garp"),
  ]

  @Test(arguments: cases)
  func exitCodesAreOfSysexits(_ arguments: [String], _ code: Int32) {
    #expect(GatewayCommand.run(arguments, plugins: plugins) == code)
  }

  @Test func aNameUsedTwiceIsAProgrammersError() {
    #expect(GatewayCommand.run(["plugins"], plugins: plugins + [StubEffector(name: "garp")]) == 70)
  }

  @Test func aDaemonOfOnesOwnGoesByItsOwnName() {
    GatewayProgram.$current.withValue(GatewayProgram(name: "fnv-gateway", version: "1.0")) {
      #expect(GatewayCommand.complaint("no") == "fnv-gateway: no\n")
      #expect(Daemon.configuration.version == "fnv-gateway 1.0 (wmgwd2 \(GatewayProgram.frameworkVersion))")
      for help in [
        Daemon.helpMessage(), Status.helpMessage(), Check.helpMessage(), Plugins.helpMessage(),
        Lab.helpMessage(),
      ] {
        #expect(help.contains("USAGE: fnv-gateway"))
        #expect(!help.contains("'wmgwd2 ") && !help.contains("  wmgwd2 "))
      }
    }
    #expect(Daemon.helpMessage().contains("USAGE: wmgwd2 "))
    #expect(GatewayCommand.complaint("no") == "wmgwd2: no\n")
  }

  @Test func versionsSayWhatADaemonIsMadeOf() {
    let framework = GatewayProgram.frameworkVersion
    #expect(GatewayProgram.wmgwd2.versionText == "wmgwd2 \(framework)")
    #expect(GatewayProgram(name: "mine").versionText == "mine (wmgwd2 \(framework))")
    #expect(GatewayProgram(name: "wmgwd2", version: "0.1.0-site3").versionText == "wmgwd2 0.1.0-site3")
  }

  @Test func everyCommandIsListedInTheHelp() {
    for command in ["status", "check", "plugins", "lab"] {
      #expect(GatewayCommand.commandList.contains("  wmgwd2 \(command) "))
    }
  }
}
