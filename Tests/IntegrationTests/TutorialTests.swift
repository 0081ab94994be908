import Foundation
import GatewayLab
import Testing

extension Integration {
  /// The tutorial of docs/PLUGINS.md, done as its reader does it: each part begins in an empty folder, writes the files
  /// that are shown, runs every command, and sees what is shown.
  @Suite("Tutorial") struct TutorialTests {
    private static let path = "docs/PLUGINS.md"

    @Test(
      "Each part does what it shows", arguments: ["In Swift", "In C", "With `foreign`, without a plugin"])
    func part(_ heading: String) throws {
      let blocks = try Self.blocks(under: "### \(heading)")
      let reader = try TutorialReader()
      defer { reader.leave() }
      var commands = 0
      for block in blocks {
        switch block.language.split(separator: " ").map(String.init) {
        case ["console"]:
          for command in ShownCommand.all(in: block) {
            var run = try reader.run(command.script)
            // Its figures may be out of bounds once on a machine that is busy with something else.
            if command.script.contains(" lab "), run.ending == .exited(1) {
              run = try reader.run(command.script)
            }
            commands += 1
            try #require(run.ending == .exited(0), "\(block.place): \(command.script)\n\(run.output)")
            let missing = command.firstMissing(in: run.output)
            #expect(
              missing == nil, "\(command.script)\nshows no such line: '\(missing ?? "")', but\n\(run.output)")
          }
        case let words where words.count == 2: try reader.write(block.text, to: words[1])
        default: Issue.record("neither commands nor a file: \(block.place)")
        }
      }
      #expect(commands >= 5)
    }

    @Test("There are no commands but those")
    func nothingElse() throws {
      let all = MarkdownBlock.all(in: try Repository.text(of: Self.path)).count { $0.language == "console" }
      let tutorial = try Self.blocks(under: "## Tutorial", to: "## ").count { $0.language == "console" }
      #expect(all == tutorial)
    }

    /// The blocks between a heading and the next of any level, or the next that begins with `end`.
    private static func blocks(under heading: String, to end: String? = nil) throws -> [MarkdownBlock] {
      let lines = try Repository.text(of: path).split(separator: "\n", omittingEmptySubsequences: false)
      let first = try #require(lines.firstIndex { $0 == heading }, "no '\(heading)'")
      let last = lines[(first + 1)...].firstIndex { line in
        line.hasPrefix(end ?? "## ") || (end == nil && line.hasPrefix("### "))
      }
      return MarkdownBlock.all(in: lines[first..<(last ?? lines.endIndex)].joined(separator: "\n"))
    }
  }
}

/// A command after `$` or `#`, and the output that is shown below it.
private struct ShownCommand {
  let script: String
  private let output: [Substring]

  static func all(in block: MarkdownBlock) -> [ShownCommand] {
    let lines = block.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let starts = lines.indices.filter { lines[$0].hasPrefix("$ ") || lines[$0].hasPrefix("# ") }
    return zip(starts, starts.dropFirst() + [lines.endIndex]).map { start, end in
      ShownCommand(script: String(lines[start].dropFirst(2)), output: Array(lines[(start + 1)..<end]))
    }
  }

  /// The first shown line that an output does not have, in this order; `…` is anything within a line or any lines.
  func firstMissing(in actual: String) -> String? {
    var rest = actual.split(separator: "\n", omittingEmptySubsequences: true)[...]
    for line in output where line != "…" && !line.isEmpty {
      guard let place = rest.firstIndex(where: { Self.isLike($0, line) }) else { return String(line) }
      rest = rest[(place + 1)...]
    }
    return nil
  }

  private static func isLike(_ actual: Substring, _ shown: Substring) -> Bool {
    let parts = shown.split(separator: "…", omittingEmptySubsequences: false)
    guard parts.count > 1, let last = parts.last else { return actual == shown }
    guard actual.hasPrefix(parts[0]), actual.hasSuffix(last) else { return false }
    var rest = actual.dropFirst(parts[0].count)
    for part in parts.dropFirst() where !part.isEmpty {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}

/// Who does the tutorial: in a folder of its own, with `wmgwd2` and its header installed, and a checkout in `~/wmgwd2`.
private final class TutorialReader {
  private let folder: String
  private var place: String
  private var commands = 0

  init() throws {
    var template = Array("/tmp/wmgtutorial-\(getpid())-XXXXXX".utf8CString)
    let name = try #require(mkdtemp(&template))
    folder = String(cString: name)
    place = "\(folder)/home"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
  }

  func leave() { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ text: String, to path: String) throws {
    try text.write(toFile: "\(place)/\(path)", atomically: true, encoding: .utf8)
  }

  /// Runs a command where the one before has left off.
  func run(_ command: String) throws -> (ending: ChildProcess.Ending?, output: String) {
    commands += 1
    let (script, output, end) = (
      "\(folder)/script-\(commands)", "\(folder)/output-\(commands)", "\(folder)/place-\(commands)"
    )
    let binaries = URL(fileURLWithPath: try Daemon.path()).deletingLastPathComponent().path
    // What is built of the framework is kept for the next time, and for the packages that scripts/test.sh makes.
    let packages = Repository.root.appendingPathComponent(".build/new-packages").path
    try """
    export PATH='\(binaries)':$PATH LC_ALL=C.UTF-8
    export C_INCLUDE_PATH='\(Repository.root.path)/Sources/CWMGPlugin/include'
    export SWIFTPM_BUILD_DIR='\(packages)'
    mkdir -p '\(packages)'
    cd '\(place)'
    # The compiler has overlooked once that the module which tests import had just changed.
    [ ! -d Tests ] || find Tests -name '*.swift' -exec touch {} +
    \(command.replacing("~/wmgwd2", with: "'\(Repository.root.path)'"))
    pwd > '\(end)'
    [ ! -e Package.swift ] || [ -e .build ] || ln -s '\(packages)' .build
    """.write(toFile: script, atomically: true, encoding: .utf8)
    let child = try ChildProcess(
      "/bin/bash", ["-euo", "pipefail", script], output: .file(output), errors: .file(output))
    let ending = child.wait(for: .seconds(900))
    child.end(patience: .zero)
    if let path = try? String(contentsOfFile: end, encoding: .utf8) {
      place = path.trimmingCharacters(in: .newlines)
    }
    return (ending, (try? String(contentsOfFile: output, encoding: .utf8)) ?? "")
  }
}
