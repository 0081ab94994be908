import Foundation
import GatewayLab
import Testing

/// Every plugin has a README in its folder, all of the same shape, and what they show is so.
@Suite struct PluginReadmeTests {
  private static let folder = "Sources/Plugins"
  static let plugins: [String] =
    (try? FileManager.default.contentsOfDirectory(
      atPath: Repository.root.appendingPathComponent(folder).path))?.sorted() ?? []

  private func readme(_ plugin: String) throws -> String {
    try Repository.text(of: "\(Self.folder)/\(plugin)/README.md")
  }

  @Test("Name, what for, options, examples, what it reports, limits: in this order", arguments: plugins)
  func shape(_ plugin: String) throws {
    let text = try readme(plugin)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let title = try #require(lines.first)
    #expect(title.contains(/^# `[a-z0-9-]+`( and `[a-z0-9-]+`)*$/), "\(title)")
    let isSaid = lines.dropFirst(2).first.map { !$0.isEmpty && !$0.hasPrefix("#") } == true
    #expect(isSaid, "nothing below the title says what it is")
    let required = ["What for", "Options", "Examples", "What it reports", "Limits"]
    let headings = lines.filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }
    #expect(headings.filter(required.contains) == required)
    #expect(headings.last == "Limits")
    let options = try #require(text.split(separator: "## Options\n").last?.split(separator: "\n## ").first)
    let isTable = options.contains("| option | default | unit, limits | what it does |\n")
    #expect(isTable || options.contains("\nNone."))
  }

  private struct ListedPlugin: Decodable {
    struct Option: Decodable {
      var name: String
      var `default`: String
    }
    var name: String
    var options: [Option]
  }

  @Test("Every plugin has one, with all options and their defaults")
  func options() throws {
    let readmes = try Self.plugins.map(readme)
    let listed = try run(["plugins", "--json"])
    for plugin in try JSONDecoder().decode([ListedPlugin].self, from: Data(listed.output.utf8)) {
      let text = try #require(
        readmes.first { $0.prefix { $0 != "\n" }.contains("`\(plugin.name)`") }, "\(plugin.name)")
      for option in plugin.options {
        let value = option.default.isEmpty ? " " : " `\(option.default)` "
        let isThere = text.contains("\n| `\(option.name)` |\(value)|")
        #expect(isThere, "\(plugin.name).\(option.name), default '\(option.default)'")
      }
    }
  }

  @Test("Every command of the program works, as far as it needs no prepared host", arguments: plugins)
  func commands(_ plugin: String) throws {
    let templates = "'\(Repository.root.path)/Examples/FRRExperiment/owner-communities.frr'"
    let commands = Self.commands(in: try readme(plugin))
    #expect(!commands.isEmpty)
    for command in commands {
      let words = command.dropFirst("wmgwd2 ".count)
      // What is for a prepared host is read and judged, but not run.
      let isForHost = words.hasPrefix("-") || words.hasPrefix("check ")
      let script =
        (isForHost ? "config check \(words.drop { isForHost && $0.isLetter })" : String(words))
        .replacing("FILE", with: templates).replacing("/etc/wmgwd2/frr.templates", with: templates)
        // A command is looked at before anything else; any will do.
        .replacing("/etc/wmgwd2/notify", with: "/usr/bin/true")
      let result = try run(["-c", "PATH=$PATH:'\(try Self.binaries())' && wmgwd2 \(script)"], "/bin/bash")
      #expect(result.ending == .exited(0), "\(command): \(result.output)")
    }
  }

  /// The indented lines that call the program; those that go on after a backslash as one. What is in `sh` blocks is run
  /// by the plugin's own tests.
  private static func commands(in text: String) -> [String] {
    text.replacing("\\\n", with: "").split(separator: "\n").compactMap { line in
      line.firstMatch(of: /^ {4}(wmgwd2 .+)$/).map { String($0.1) }
    }
  }

  private static func binaries() throws -> String {
    URL(fileURLWithPath: try Daemon.path()).deletingLastPathComponent().path
  }

  private func run(
    _ arguments: [String], _ program: String? = nil
  ) throws -> (ending: ChildProcess.Ending?, output: String) {
    let file = NSTemporaryDirectory() + "wmgreadme-\(getpid())-\(UUID().uuidString)"
    defer { unlink(file) }
    let child = try ChildProcess(
      program ?? Daemon.path(), arguments, output: .file(file), errors: .file(file))
    let ending = child.wait(for: .seconds(30))
    child.end(patience: .zero)
    return (ending, try String(contentsOfFile: file, encoding: .utf8))
  }
}
