import Glibc
import NamespaceFixture
import Testing
import WMGFramework

@testable import ExecEffector

@Suite struct ExecEffectorPluginTests {
  private func refusal(_ options: [String: String]) throws -> (text: String, exitCode: Int32)? {
    let plugin = ExecEffectorPlugin()
    do {
      let values = try PluginOptionValues(decoding: options.map { ($0.key, $0.value) }, for: plugin)
      try plugin.validate(values, for: GatewayConfiguration(uid: GatewayID(rawValue: 1)!, vnis: VNISet()))
      return nil
    } catch PluginError.unusable(_, let reason, let exitCode) {
      return (reason, exitCode)
    } catch let error as PluginError {
      return (error.description, 64)
    }
  }

  @Test("A command that can be run, and changed by its owner alone, is taken")
  func fit() throws {
    let command = try TestCommand()
    #expect(try refusal(["command": command.path]) == nil)
    #expect(try refusal(["command": "/bin/sh", "arguments": "-c 'exit 0'"]) == nil)
  }

  @Test("What cannot be run is refused with the option and the fix")
  func unfit() throws {
    let command = try TestCommand(mode: 0o644)
    #expect(try refusal([:])?.text.contains("--set exec.command=/") == true)
    #expect(try refusal([:])?.exitCode == 64)
    #expect(try refusal(["command": "notify.sh"])?.text.contains("must be a whole path") == true)
    #expect(try refusal(["command": "/nonexistent/notify"])?.exitCode == 66)
    #expect(try refusal(["command": command.folder])?.text.contains("is a folder") == true)
    #expect(try refusal(["command": command.path])?.text.contains("chmod +x \(command.path)") == true)
    #expect(try refusal(["command": "/bin/sh", "arguments": "'a"])?.text.contains("close every '") == true)
    #expect(try refusal(["command": "/bin/sh", "mode": "wait"])?.text.contains("confirm or notify") == true)
  }

  @Test("What everyone could change is refused, and so is what lies in such a folder, over a link, too")
  func unsafe() throws {
    let command = try TestCommand(mode: 0o757)
    let refused = try #require(try refusal(["command": command.path]))
    #expect(refused.text.contains("everyone can write to it; chmod o-w \(command.path)"))
    #expect(refused.exitCode == 78)
    chmod(command.path, 0o755)
    #expect(try refusal(["command": command.path]) == nil)
    chmod(command.folder, 0o777)
    #expect(try refusal(["command": command.path])?.text.contains("chmod o-w \(command.folder)") == true)
    let other = try TestCommand()
    try shell("ln -sf \(command.path) \(other.folder)/link")
    #expect(
      try refusal(["command": "\(other.folder)/link"])?.text.contains("chmod o-w \(command.folder)") == true)
    chmod(other.folder, 0o777)
    chmod(command.folder, 0o755)
    #expect(
      try refusal(["command": "\(other.folder)/link"])?.text.contains("chmod o-w \(other.folder)") == true)
    chmod(command.folder, 0o1777)
    #expect(try refusal(["command": command.path]) == nil)
  }

  @Test("Another user's command is refused", .enabled(if: geteuid() == 0, "needs root, to give a file away"))
  func anothers() throws {
    let command = try TestCommand()
    chown(command.path, 65534, 65534)
    let refused = try #require(try refusal(["command": command.path]))
    #expect(refused.text.contains("belongs to user 65534"))
    #expect(refused.text.hasSuffix("; chown root \(command.path)"))
    #expect(refused.exitCode == 78)
  }

  @Test("A stop may take as long as two calls of it")
  func stopPatience() throws {
    let plugin = ExecEffectorPlugin()
    #expect(plugin.stopPatience(PluginOptionValues()) == .seconds(11))
    let quick = try PluginOptionValues(decoding: [("timeout", "500ms")], for: plugin)
    #expect(plugin.stopPatience(quick) == .seconds(2))
  }

  @Test("check says whether the command can be run")
  func inspection() throws {
    var options = PluginOptionValues()
    #expect(ExecEffectorPlugin().inspect(options, for: VNISet()).first?.severity == .error)
    let command = try TestCommand()
    options.set(ExecEffectorPlugin().command, to: command.path)
    #expect(ExecEffectorPlugin().inspect(options, for: VNISet()).first?.severity == .ok)
  }

  @Test(
    "Arguments are split into words, and nothing is expanded",
    arguments: [
      ("", []), ("  a   b\tc ", ["a", "b", "c"]), ("'a b'c", ["a bc"]), ("''", [""]), (#"a\ b"#, ["a b"]),
      (#"'a\'"#, [#"a\"#]), (#""a\"b""#, [#"a"b"#]), ("$HOME *;~ `x`", ["$HOME", "*;~", "`x`"]),
      ("\"\u{301} b\" c", ["\u{301} b", "c"]),
    ] as [(String, [String])])
  func words(_ text: String, _ words: [String]) throws {
    #expect(try CommandWords.parse(text) == words)
  }

  @Test("What is not closed is a complaint", arguments: ["'a", "\"a", "a\\"])
  func incompleteWords(_ text: String) {
    #expect(CommandWords.complaint(about: text) != nil)
  }
}
