import Foundation

/// A fenced block of a Markdown file.
struct MarkdownBlock: Sendable {
  /// The info string: `sh`, `text`, `console`, `swift`.
  let language: String
  /// Its lines, without the fences.
  let text: String
  /// The line of the opening fence, from 1.
  let line: Int

  /// Where it is and how it begins.
  var place: String { "line \(line): \(text.prefix { $0 != "\n" })" }

  /// All fenced blocks of a text, in order.
  static func all(in markdown: String) -> [MarkdownBlock] {
    var blocks: [MarkdownBlock] = []
    var open: (language: String, line: Int, lines: [Substring])?
    for (index, line) in markdown.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let unindented = line.drop { $0 == " " }
      if unindented.hasPrefix("```") {
        if let block = open {
          blocks.append(
            MarkdownBlock(
              language: block.language, text: block.lines.joined(separator: "\n") + "\n", line: block.line))
          open = nil
        } else {
          open = (String(unindented.dropFirst(3)), index + 1, [])
        }
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }
}

/// The repository that these tests were built from.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(of path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The texts of all Swift files below a folder, by path.
  static func swiftFiles(in folder: String) throws -> [String: String] {
    let base = root.appendingPathComponent(folder)
    var files: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: base.path)
    where path.hasSuffix(".swift") && !path.contains(".build/") {
      files["\(folder)/\(path)"] = try text(of: "\(folder)/\(path)")
    }
    return files
  }
}
