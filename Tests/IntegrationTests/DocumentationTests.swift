import Foundation
import GatewayLab
import Testing

/// What the program can do and says is in its documents, and what they show is in the program.
@Suite struct DocumentationTests {
  @Test(
    "Every option is in the manual page",
    arguments: [
      ["--help"], ["status", "--help"], ["standby", "--help"], ["check", "--help"], ["config", "--help"],
      ["plugins", "--help"],
      ["plugin", "--help"], ["explain", "--help"], ["simulate", "--help"], ["lab", "--help"],
    ])
  func optionsAreInTheManual(_ arguments: [String]) throws {
    let manual = try Repository.text(of: "docs/wmgwd2.8")
    let help = try output(of: arguments)
    let options = Set(help.matches(of: /^ +(?:-h, )?--([a-z-]+)/.anchorsMatchLineEndings()).map { $0.1 })
    #expect(options.contains("help"))
    for option in options {
      #expect(
        manual.contains("Fl Fl \(option)"), "--\(option) of 'wmgwd2 \(arguments.joined(separator: " "))'")
    }
  }

  private struct ListedPlugin: Decodable {
    struct Option: Decodable {
      var name: String
      var `default`: String
    }
    var name: String
    var options: [Option]
  }

  @Test("Every plugin and every option of one is in the manual page, with its default")
  func pluginsAreInTheManual() throws {
    let manual = try Repository.text(of: "docs/wmgwd2.8")
    let plugins = try JSONDecoder().decode(
      [ListedPlugin].self, from: Data(try output(of: ["plugins", "--json"]).utf8))
    #expect(plugins.count >= 6)
    for plugin in plugins {
      let isThere = manual.contains(".Ss \(plugin.name) (")
      #expect(isThere, "\(plugin.name)")
      for option in plugin.options {
        let entry = manual.range(of: ".It Li \(plugin.name).\(option.name) Ns")
        // An empty default is described in words.
        let text = entry.map { manual[$0.upperBound...].prefix(400) } ?? ""
        let isThere = entry != nil && (option.default.isEmpty || text.contains(option.default))
        #expect(isThere, "\(plugin.name).\(option.name), default '\(option.default)'")
      }
    }
  }

  @Test("Every counter is in docs/OPERATIONS.md")
  func countersAreDocumented() throws {
    let operations = try Repository.text(of: "docs/OPERATIONS.md")
    var names: Set<Substring> = []
    // What is written into new packages is not this program's.
    for (path, text) in try Repository.swiftFiles(in: "Sources") where !path.contains("/NewPlugin/") {
      names.formUnion(text.matches(of: /ounters\.(?:add|set|raise)\([^"\n]*"([a-z-]+)"/).map { $0.1 })
      names.formUnion(text.matches(of: /"(dropped-[a-z-]+)"/).map { $0.1 })
      if path.hasSuffix("GatewayStatus.swift") {
        names.formUnion(text.matches(of: /"([a-z-]+)": (?:tally|ownership|membership)\./).map { $0.1 })
      }
      if path.contains("/MacvlanProtodown/") {
        let pairs = text.matches(of: /\? "(protodown-[a-z]+)" : "(protodown-[a-z]+)"/)
        names.formUnion(pairs.flatMap { [$0.1, $0.2] })
      }
    }
    #expect(names.count > 25)
    let missing = names.filter { !operations.contains(".\($0)`") }.sorted()
    #expect(missing.isEmpty)
  }

  @Test("Every log message is explained in docs/OPERATIONS.md")
  func messagesAreExplained() throws {
    let operations = try Repository.text(of: "docs/OPERATIONS.md")
    let logged =
      /(?:LogEntry\(|say\(|peerLog\.add\(|log\.write\()\s*\.(?:info|notice|warning|error|critical),\s*(?:component: "gateway", message: )?"([^"\\]+)/
    let loggedByPlugins = /logger\.(?:info|notice|warning|error|critical)\(\s*"([^"\\]+)/
    var messages: Set<String> = []
    for (path, text) in try Repository.swiftFiles(in: "Sources") where !path.hasPrefix("Sources/GatewayLab") {
      for match in text.matches(of: logged) { messages.insert(String(match.1)) }
      for match in text.matches(of: loggedByPlugins) { messages.insert(String(match.1)) }
    }
    // The guard's own lines.
    let said = /(?:say\("[a-z]+"|refuse\()[,\s]*"([^"\\]+)/
    var ofGuard: Set<String> = []
    for file in ["watch.c", "prepare.c"] {
      let text = try Repository.text(of: "Sources/wmgwd2-guard/\(file)")
      ofGuard.formUnion(text.matches(of: said).map { String($0.1) })
    }
    #expect(ofGuard.count > 10)
    messages.formUnion(ofGuard)
    #expect(messages.count > 25)
    let unexplained = messages.filter { message in
      let start = message.prefix { $0 != ":" && $0 != ";" && $0 != "," }.trimmingCharacters(in: .whitespaces)
      return !operations.contains(start)
    }
    #expect(unexplained.isEmpty)
  }

  @Test("The reference documentation has a place for every public type of the framework")
  func typesAreInTheReference() throws {
    let page = try Repository.text(of: "Sources/WMGFramework/WMGFramework.docc/WMGFramework.md")
    var types: Set<Substring> = []
    for text in try Repository.swiftFiles(in: "Sources/WMGFramework").values {
      let declarations = text.matches(
        of: /^public (?:final |indirect )?(?:struct|enum|class|protocol|actor) (\w+)/
          .anchorsMatchLineEndings())
      types.formUnion(declarations.map { $0.1 })
    }
    #expect(types.count > 40)
    let missing = types.filter { !page.contains("- ``\($0)``") }.sorted()
    #expect(missing.isEmpty)
  }

  @Test("Swift that is shown is compiled", arguments: ["README.md", "docs/PLUGINS.md"])
  func shownSwiftIsCompiled(_ path: String) throws {
    var sources = try Repository.swiftFiles(in: "Tests/IntegrationTests/PluginGuide")
    sources.merge(try Repository.swiftFiles(in: "Examples")) { $1 }
    let blocks = MarkdownBlock.all(in: try Repository.text(of: path)).filter { $0.language == "swift" }
    #expect(!blocks.isEmpty)
    for block in blocks {
      let isCompiled = sources.values.contains { $0.contains(block.text) }
      #expect(isCompiled, "\(path), \(block.place)")
    }
  }

  @Test(
    "Links within the repository lead somewhere",
    arguments: [
      "README.md", "CHANGELOG.md", "docs/ARCHITECTURE.md", "docs/PLUGINS.md", "docs/STRATEGIES.md",
      "docs/GUARANTEES.md", "docs/PROTOCOL.md", "docs/OPERATIONS.md", "docs/CHAOS.md",
      "Examples/CustomStrategy/README.md",
      "Examples/FRRExperiment/README.md", "Examples/PluginInC/README.md",
      "Examples/PluginInCPlusPlus/README.md",
    ])
  func linksLeadSomewhere(_ path: String) throws {
    let folder = Repository.root.appendingPathComponent(path).deletingLastPathComponent()
    for link in try Repository.text(of: path).matches(of: /\]\(([^)\s]+)\)/).map({ $0.1 }) {
      guard !link.contains("://") else { continue }
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let file = parts[0].isEmpty ? path : String(parts[0])
      let target =
        parts[0].isEmpty ? Repository.root.appendingPathComponent(path) : folder.appendingPathComponent(file)
      #expect(FileManager.default.fileExists(atPath: target.path), "\(path): \(link)")
      guard parts.count == 2 else { continue }
      let headings = try String(contentsOf: target, encoding: .utf8).split(separator: "\n")
        .filter { $0.hasPrefix("#") }
        .map { heading in
          heading.drop { $0 == "#" || $0 == " " }.lowercased().filter {
            $0.isLetter || $0.isNumber || $0 == " " || $0 == "-"
          }
          .replacingOccurrences(of: " ", with: "-")
        }
      #expect(headings.contains(String(parts[1])), "\(path): \(link)")
    }
  }

  private func output(of arguments: [String]) throws -> String {
    let file = NSTemporaryDirectory() + "wmgdocs-\(getpid())-\(UUID().uuidString)"
    defer { unlink(file) }
    let child = try ChildProcess(try Daemon.path(), arguments, output: .file(file))
    #expect(child.wait(for: .seconds(10)) == .exited(0))
    return try String(contentsOfFile: file, encoding: .utf8)
  }
}
