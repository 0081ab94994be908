import WMGFramework

/// What is to be told to FRR, and when: the sections of a text, with placeholders.
///
///     [takeover]
///     interface {interface}
///      ip ospf cost 100
///
/// Lines are what one types in vtysh's configuration mode; `do COMMAND` is run after the configuration of its batch.
struct Template: Hashable {
  /// When a section's commands are run.
  enum Section: String, CaseIterable {
    /// Once before anything else, and again when FRR has lost it.
    case start
    /// Once before each batch of takeovers.
    case takeoverHead = "takeover-head"
    /// For each VNI that is taken over.
    case takeover
    /// Once after each batch of takeovers.
    case takeoverBatch = "takeover-batch"
    /// Once before each batch of releases.
    case releaseHead = "release-head"
    /// For each VNI that is released.
    case release
    /// Once after each batch of releases.
    case releaseBatch = "release-batch"
    /// Once in place of all releases, when the gateway stops.
    case stop

    /// Whether it is about one VNI.
    var isPerVNI: Bool { self == .takeover || self == .release }

    /// The sections that belong to a batch of takeovers or releases, before and after it.
    var head: Section { self == .takeover ? .takeoverHead : .releaseHead }
    var tail: Section { self == .takeover ? .takeoverBatch : .releaseBatch }
  }

  /// A part of a line.
  enum Piece: Hashable {
    case text(String)
    case placeholder(Placeholder)
  }

  private var sections: [Section: [[Piece]]] = [:]

  /// The lines of a section; empty if there is none.
  subscript(section: Section) -> [[Piece]] { sections[section] ?? [] }

  /// Whether there is anything to tell.
  var isEmpty: Bool { sections.values.allSatisfy(\.isEmpty) }

  /// All lines of all sections, with `#` for what is filled in.
  var plainLines: [String] {
    Section.allCases.flatMap { self[$0] }.map { line in
      line.map { if case .text(let text) = $0 { text } else { "#" } }.joined()
    }
  }

  /// Adds another's lines after its own, section by section.
  mutating func append(_ other: Template) {
    sections.merge(other.sections) { $0 + $1 }
  }

  /// Reads a template.
  ///
  /// - Throws: `TemplateError`, with the line.
  init(parsing text: String) throws(TemplateError) {
    var section: Section?
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let content = line.drop { $0 == " " || $0 == "\t" }
      guard let first = content.first, first != "#", first != "!" else { continue }
      if first == "[" {
        let new = try Self.section(in: content, line: number)
        guard sections[new] == nil else {
          throw TemplateError(line: number, text: "[\(new.rawValue)] is there twice")
        }
        sections[new] = []
        section = new
      } else if let section {
        sections[section]?.append(try Self.pieces(of: line, in: section, line: number))
      } else {
        throw TemplateError(
          line: number, text: "'\(content)' is in no section; begin with one of \(Self.sectionList)")
      }
    }
  }

  private static var sectionList: String {
    Section.allCases.map { "[\($0.rawValue)]" }.joined(separator: ", ")
  }

  private static func section(in content: Substring, line: Int) throws(TemplateError) -> Section {
    let name = content.dropFirst().prefix { $0 != "]" }
    if let section = Section(rawValue: String(name)) { return section }
    let hint =
      nearestName(to: String(name), among: Section.allCases.map(\.rawValue))
      .map { "; did you mean [\($0)]?" } ?? ""
    throw TemplateError(line: line, text: "no such section: [\(name)]\(hint) There are \(sectionList)")
  }

  private static func pieces(
    of line: Substring, in section: Section, line number: Int
  ) throws(TemplateError) -> [Piece] {
    guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else {
      throw TemplateError(line: number, text: "has control characters; end lines with a line feed alone")
    }
    var pieces: [Piece] = []
    var text = ""
    var rest = line
    while let character = rest.popFirst() {
      // Doubled braces are braces: regular expressions of FRR have them.
      if "{}".contains(character), rest.first == character {
        rest.removeFirst()
        text.append(character)
      } else if character == "{" {
        guard let end = rest.firstIndex(of: "}") else {
          throw TemplateError(line: number, text: "a { without its }; a { of its own is written {{")
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        text = ""
        pieces.append(.placeholder(try placeholder(String(rest[..<end]), in: section, line: number)))
        rest = rest[rest.index(after: end)...]
      } else if character == "}" {
        throw TemplateError(line: number, text: "a } without its {; a } of its own is written }}")
      } else {
        text.append(character)
      }
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    return pieces
  }

  private static func placeholder(
    _ name: String, in section: Section, line: Int
  ) throws(TemplateError) -> Placeholder {
    let known = Placeholder.allCases.filter { section.isPerVNI || $0.isOfGateway }.map(\.rawValue)
    if known.contains(name), let placeholder = Placeholder(rawValue: name) { return placeholder }
    let list = known.map { "{\($0)}" }.joined(separator: ", ")
    if Placeholder(rawValue: name) != nil {
      throw TemplateError(
        line: line,
        text: "{\(name)} is of one VNI, and [\(section.rawValue)] is not; there it may be \(list)")
    }
    let hint = nearestName(to: name, among: known).map { "; did you mean {\($0)}?" } ?? ""
    throw TemplateError(line: line, text: "no such placeholder: {\(name)}\(hint) There are \(list)")
  }
}

/// What is wrong with a template.
struct TemplateError: Error, Hashable, CustomStringConvertible {
  /// Counted from 1.
  var line: Int
  /// What is wrong and what is right.
  var text: String

  var description: String { "line \(line): \(text)" }
}
