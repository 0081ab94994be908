import ArgumentParser
import LinuxNetworking
import Testing
import WMGFramework

@testable import WMGCommand

@Suite struct PrivilegeOptionsTests {
  private func options(_ arguments: String...) throws -> PrivilegeOptions {
    try PrivilegeOptions.parse(arguments)
  }

  @Test func theTwoAreKeptUnlessItIsSaidOtherwise() throws {
    #expect(try options().kept() == [.networkAdministration, .rawNetwork])
    #expect(try options().account() == nil)
    let more = try options("--capabilities", "net_admin,CAP_NET_RAW,cap_net_bind_service").kept()
    #expect(more.description == "CAP_NET_BIND_SERVICE,CAP_NET_ADMIN,CAP_NET_RAW")
  }

  @Test(arguments: ["", "CAP_NET_ADMIN,", "CAP_NET_ADMIN CAP_NET_RAW", "everything"])
  func aCapabilityThatIsNoneIsNamed(_ text: String) throws {
    let options = try options("--capabilities", text)
    #expect { try options.kept() } throws: { error in
      "\(error)".hasPrefix("--capabilities '\(text)': there is no capability '")
        && (error as? UsageError)?.exitCode == 64
    }
  }

  @Test(arguments: ["", "root", "0:0", "no-such-user", "nobody:no-such-group", "64123"])
  func aUserThatIsNoneIsNamed(_ text: String) throws {
    let options = try options("--user", text)
    #expect { try options.account() } throws: { error in
      "\(error)".hasPrefix("--user '\(text)': ") && (error as? UsageError)?.exitCode == 64
    }
  }

  @Test func checkSaysWhatIsKeptAndWhichGroupIsMissing() throws {
    let findings = try options("--user", "64123:64123").finding([StubEffector(name: "plain")])
    #expect(findings.map(\.severity) == [.ok])
    #expect(
      findings.first?.message
        == "becomes user 64123 with the groups 64123, if it is started as root, and keeps CAP_NET_ADMIN,CAP_NET_RAW"
    )
    let needy = try options("--user", "64123:64123").finding([GroupEffector()])
    #expect(needy.map(\.severity) == [.ok, .warning])
    #expect(
      needy.last?.message
        == "--user '64123:64123' is not in the group root, whose files --effector needy needs")
    #expect(needy.last?.fix == "usermod --append --groups root 64123")
    #expect(try options("--user", "64123:0").finding([GroupEffector()]).map(\.severity) == [.ok])
  }
}

/// An effector that works with files of a group that every host has.
private struct GroupEffector: EffectorPlugin {
  var name: String { "needy" }
  var summary: String { "" }
  var groups: [String] { ["root", "no-such-group"] }
  func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
    throw PluginError.unusable(plugin: name, reason: "never made", exitCode: 70)
  }
}
