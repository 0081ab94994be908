import Foundation
import Testing

@testable import TOMLReader

/// What Python's reader (tomllib) takes ours takes, with the same values; what it refuses ours refuses.
@Suite struct PythonComparisonTests {
  @Test("20,000 random documents", Python.isThere)
  func randomDocuments() throws {
    var generator = RandomDocuments(seed: 2026)
    let documents = (0..<20_000).map { _ in generator.next() }
    let expected = try Python.read(documents)
    var taken = 0
    for (document, expected) in zip(documents, expected) {
      let ours = try? TOMLReader.table(parsing: document.utf8).canonical
      #expect(ours == expected, "\(document.debugDescription)")
      if expected != nil { taken += 1 }
    }
    // Both sides of the border are visited.
    #expect((2000...18_000).contains(taken), "\(taken)")
  }
}

/// Documents of pieces that mean something, put together without sense.
private struct RandomDocuments {
  private static let keys = [
    "a", "b", "c.d", "a.b", "\"q k\"", "'l'", "a . b", "1", "a-b", "\"\"", "d.e.f", "-",
  ]
  private static let values = [
    "1", "-0", "+7", "1_000", "1__0", "_1", "0x1F", "0xg", "0b12", "0o7", "01", "1.5", "1.", ".5", "1e5",
    "1.5E-3", "1e",
    "1_0.0_1e+1_0", "inf", "-nan", "+inf", "true", "false", "True", "\"t\"", "'l'", "\"\\n\\u00e9\"",
    "\"\\x\"",
    "\"\"\"m\nn\"\"\"", "'''m\nn'''", "\"\"\"\"q\"\"\"\"", "\"\"\"a\\\n  b\"\"\"", "''''q'''''",
    "\"\\U0001F600\"",
    "[]", "[1, 2]", "[1,\n 2, # c\n]", "[1 2]", "[[1], ['a']]", "{}", "{a = 1}", "{a = 1, b.c = 2}",
    "{a = 1,}",
    "{a.b = 1, a.c = 2}", "{a = {}, a.b = 1}", "[{x = 1}, {x = 2}]",
    "2026-11-22", "2026-02-30", "2024-02-29", "23:35:00", "24:00:00", "2026-11-22T23:35:00Z",
    "2026-11-22 23:35:00.5",
    "2026-11-22t01:02:03+01:00", "2026-11-22T23:35", "2026-11-22 1", "1-2", "\"\t\"", "\"\u{1}\"", "", "#",
  ]
  private static let blanks = ["", " ", "\t", "  "]
  private static let ends = ["\n", "\r\n", " # c\n", "\n\n", "", " x\n", "\r", " # \u{1}\n"]

  private var generator: SplitMix

  init(seed: UInt64) { generator = SplitMix(state: seed) }

  mutating func next() -> String {
    var text = ""
    for _ in 0..<Int.random(in: 1...5, using: &generator) {
      let (key, blank) = (pick(Self.keys), pick(Self.blanks))
      switch Int.random(in: 0..<10, using: &generator) {
      case 0, 1: text += "\(blank)[\(blank)\(key)\(blank)]"
      case 2: text += "[[\(key)]]"
      case 3: text += "# comment"
      default: text += "\(blank)\(key)\(blank)=\(blank)\(pick(Self.values))"
      }
      // Mostly what is right, so that whole documents are.
      text += Int.random(in: 0..<8, using: &generator) == 0 ? pick(Self.ends) : "\n"
    }
    return text
  }

  private mutating func pick(_ from: [String]) -> String {
    from[Int.random(in: 0..<from.count, using: &generator)]
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

private enum Python {
  static let isThere: ConditionTrait = .enabled(
    if: (try? run("import tomllib", input: "")) != nil, "needs Python 3.11 or later as /usr/bin/python3")

  /// The documents' values in canonical form; `nil` for those that are refused.
  static func read(_ documents: [String]) throws -> [String?] {
    let script = """
      import datetime, json, math, sys, tomllib
      def canonical(value):
          if isinstance(value, dict):
              return '{' + ','.join(json.dumps(k) + ':' + canonical(v) for k, v in sorted(value.items())) + '}'
          if isinstance(value, list): return '[' + ','.join(map(canonical, value)) + ']'
          if isinstance(value, bool): return 'true' if value else 'false'
          if isinstance(value, int): return str(value)
          if isinstance(value, float): return 'nan' if math.isnan(value) else 'f%016x' % __import__('struct').unpack('>Q', __import__('struct').pack('>d', value))[0]
          if isinstance(value, str): return json.dumps(value)
          return 'date'
      results = []
      for document in json.load(sys.stdin):
          try: results.append(canonical(tomllib.loads(document)))
          except (tomllib.TOMLDecodeError, ValueError): results.append(None)
      json.dump(results, sys.stdout)
      """
    let input = String(decoding: try JSONEncoder().encode(documents), as: UTF8.self)
    return try JSONDecoder().decode([String?].self, from: Data(try run(script, input: input).utf8))
  }

  private struct Failed: Error {}

  private static func run(_ script: String, input: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wmgtoml-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (source, sink) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
    try Data(input.utf8).write(to: source)
    try Data().write(to: sink)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", script]
    process.standardInput = try FileHandle(forReadingFrom: source)
    process.standardOutput = try FileHandle(forWritingTo: sink)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed() }
    return try String(contentsOf: sink, encoding: .utf8)
  }
}

extension TOMLTable {
  fileprivate var canonical: String {
    let entries = entries.sorted {
      Array($0.key.unicodeScalars.map(\.value)).lexicographicallyPrecedes($1.key.unicodeScalars.map(\.value))
    }
    return "{" + entries.map { "\(json($0.key)):\($0.value.canonical)" }.joined(separator: ",") + "}"
  }
}

extension TOMLValue {
  fileprivate var canonical: String {
    switch content {
    case .string(let text): return json(text)
    case .integer(let number): return "\(number)"
    case .float(let text):
      guard let number = Double(text), !number.isNaN else { return "nan" }
      let digits = String(number.bitPattern, radix: 16)
      return "f" + String(repeating: "0", count: 16 - digits.count) + digits
    case .boolean(let flag): return "\(flag)"
    case .dateTime: return "date"
    case .array(let values): return "[" + values.map(\.canonical).joined(separator: ",") + "]"
    case .table(let table): return table.canonical
    }
  }
}

/// As Python's json.dumps writes a text.
private func json(_ text: String) -> String {
  let short: [Unicode.Scalar: String] = [
    "\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{8}": "\\b", "\u{C}": "\\f",
  ]
  var result = "\""
  for scalar in text.unicodeScalars {
    if let known = short[scalar] {
      result += known
    } else if scalar.value >= 0x20, scalar.value < 0x7F {
      result.unicodeScalars.append(scalar)
    } else {
      for unit in UTF16.encode(scalar).map({ $0 }) ?? .init() { result += String(format: "\\u%04x", unit) }
    }
  }
  return result + "\""
}
