import LinuxNetworking
import WMGFramework

@testable import FRRHook

extension FuzzTarget {
  /// What vtysh prints, as text and as JSON, and the templates that are turned into its commands.
  static let vtysh = FuzzTarget(name: "vtysh") { input in
    var input = FuzzInput(input)
    switch input.byte() % 3 {
    case 0: try readComplaints(&input)
    case 1: try readJSON(text(input.remainder))
    default: try readTemplate(text(input.remainder))
    }
  }

  private static func readComplaints(_ input: inout FuzzInput) throws(BrokenProperty) {
    let count = Int(input.byte()) + 1
    let output = text(input.bytes())
    let errors = text(input.remainder)
    let run = ProgramRun(ending: .exited(2), output: output, errors: errors)
    for rejection in VtyshAnswer.rejections(in: run, count: count) {
      try demand((0..<count).contains(rejection.position), "a rejection is of one of the commands")
    }
    let commands = output.split(separator: "\n").prefix(count).map(String.init)
    if let refused = VtyshAnswer.refusedCommand(in: run, of: commands) {
      try demand(commands.indices.contains(refused.position), "a refused command is one of them")
    }
    let failure = VtyshFailure(run, patience: .seconds(5))
    try demand(!failure.reason.contains("\n"), "a failure's reason is one line")
  }

  private static func readJSON(_ text: String) throws(BrokenProperty) {
    var json = JSONText(text)
    var values: [JSONValue] = []
    while let value = json.next() { values.append(value) }
    try demand(values.count <= text.utf8.count, "every value takes a byte")
    try demand(EVPNMac.answers(in: text) == values.map(EVPNMac.init), "an answer for each value")
    let written = values.map(write).joined(separator: "\n")
    var again = JSONText(written)
    for value in values { try demand(again.next() == value, "\(value) is read back from \(written)") }
    try demand(again.next() == nil, "nothing more is read back")
  }

  private static func write(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let flag): "\(flag)"
    case .number(let text): text
    case .string(let text): quoted(text)
    case .array(let elements): "[" + elements.map(write).joined(separator: ",") + "]"
    case .object(let members): "{" + members.map { "\(quoted($0)):\(write($1))" }.joined(separator: ",") + "}"
    }
  }

  /// Here an escape is the character after the backslash, whichever it is.
  private static func quoted(_ string: String) -> String {
    let bytes = string.utf8.flatMap { $0 == 0x22 || $0 == 0x5C ? [0x5C, $0] : [$0] }
    return "\"" + text(bytes) + "\""
  }

  private static func readTemplate(_ text: String) throws(BrokenProperty) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let template: Template
    do {
      template = try Template(parsing: text)
    } catch {
      try demand((1...lines.count).contains(error.line), "a complaint is of one of the lines: \(error)")
      return
    }
    try demand(template.plainLines.count <= lines.count, "no line becomes two")
    try demand(
      !FRRDaemons(neededBy: template).names.contains(""), "daemons have names")
    for section in Template.Section.allCases where !section.isPerVNI {
      for case .placeholder(let placeholder) in template[section].joined() {
        try demand(placeholder.isOfGateway, "{\(placeholder.rawValue)} is not known in [\(section.rawValue)]")
      }
    }
  }
}
