import Testing

@testable import TOMLReader

@Suite struct TOMLReaderTests {
  @Test func valuesAreWhatTheySay() throws {
    let table = try TOMLReader.table(
      parsing: """
        uid = 18446744073709551615   # 64 bits without a sign
        hex = 0xFF_FF
        octal = 0o17
        binary = 0b101
        negative = -1_000
        ratio = 0.25
        big = 1_0e3
        on = true
        when = 2026-11-22 23:35:00Z
        vnis = [ "1-100", # the first hundred
                 200, ]
        text = "tab\\there \\u00e9 \\"quoted\\""
        literal = 'C:\\no\\escapes'
        long = \"""
        one \\
             line
        next\"""
        quoted."key with.dot" = { x = 1, y.z = 2 }
        """.utf8)
    func content(_ key: String) -> TOMLValue.Content? { table[key]?.value.content }
    #expect(content("uid") == .integer(18_446_744_073_709_551_615))
    #expect(content("hex") == .integer(65535))
    #expect(content("octal") == .integer(15))
    #expect(content("binary") == .integer(5))
    #expect(content("negative") == .integer(-1000))
    #expect(content("ratio") == .float("0.25"))
    #expect(content("big") == .float("10e3"))
    #expect(content("on") == .boolean(true))
    #expect(content("when") == .dateTime("2026-11-22 23:35:00Z"))
    #expect(content("text") == .string("tab\there é \"quoted\""))
    #expect(content("literal") == .string("C:\\no\\escapes"))
    #expect(content("long") == .string("one line\nnext"))
    guard case .array(let vnis) = content("vnis") else { throw Missing() }
    #expect(vnis.map(\.content) == [.string("1-100"), .integer(200)])
    #expect(vnis.map(\.position) == [TOMLPosition(line: 10, column: 10), TOMLPosition(line: 11, column: 10)])
    guard case .table(let quoted) = content("quoted"),
      case .table(let inner) = quoted["key with.dot"]?.value.content
    else { throw Missing() }
    #expect(inner.entries.map(\.key) == ["x", "y"])
  }

  @Test func tablesKnowWhereTheyAre() throws {
    let table = try TOMLReader.table(
      parsing: "a = 1\n\n  [garp]\r\n  interval = 'é'  # é\n[[peer]]\n[[peer]]\n".utf8)
    #expect(table.entries.map(\.position.description) == ["1:1", "3:4", "5:3"])
    guard case .table(let garp) = table["garp"]?.value.content,
      case .array(let peers) = table["peer"]?.value.content
    else { throw Missing() }
    #expect(garp["interval"]?.position == TOMLPosition(line: 4, column: 3))
    #expect(garp["interval"]?.value.position == TOMLPosition(line: 4, column: 14))
    #expect(peers.map(\.position.line) == [5, 6])
  }

  private static let mistakes: [(String, String)] = [
    ("vnis = 1-100", "1:8: 1-100 is neither a number, a date, true nor false; text needs quotes: \"1-100\""),
    ("interval = 60s", "1:12: 60s is neither a number, a date, true nor false; text needs quotes: \"60s\""),
    ("\u{FEFF}a = 1", "1:1: the file begins with a byte order mark; save it as UTF-8 without one"),
    ("a = 1\na = 2", "2:1: 'a' is already set in line 1"),
    ("[garp]\n[frr]\n[garp]", "3:2: 'garp' is already set in line 1"),
    ("a = 1 b = 2", "1:7: the line should end here, but goes on with 'b'"),
    ("a = \"open", "1:5: the text that begins here does not end"),
    ("a = \"open\nb = 1", "1:5: the text that begins here does not end on its line"),
    ("a = \"\"\"open\n", "1:5: the text that begins here does not end"),
    ("a = 'C:\u{7}'", "1:8: a text cannot have a control character; escape it"),
    ("a = \"C:\\dir\"", "1:8: no such escape in a text; a backslash is written \\\\, or the text in '…'"),
    ("a = \"\\uD800\"", "1:6: this escape takes 4 hexadecimal digits of a Unicode scalar value"),
    ("a =", "1:4: a value is missing before the end of the file"),
    ("a\n", "1:2: after the key 'a' comes '=', not the end of the line"),
    ("\"a\\nb\" 1", "1:8: after the key 'a\\nb' comes '=', not '1'"),
    ("\"a\\r\" = 1\n\"a\\r\" = 2", "2:1: 'a\\u{d}' is already set in line 1"),
    ("= 1", "1:1: a key is missing before '='"),
    ("[garp\n", "1:6: the table's name goes on with the end of the line; close it with ']'"),
    ("a = [1 2]", "1:8: a list goes on with ',' or ends with ']', not with '2'"),
    ("a = {b = 1", "1:11: a table in braces goes on with ',' or ends with '}', not with the end of the file"),
    ("a = 012", "1:5: 012 is neither a number, a date, true nor false; text needs quotes: \"012\""),
    (
      "a = 999999999999999999999999999999999999999",
      "1:5: 999999999999999999999999999999999999999 is beyond 128 bits"
    ),
    ("a = 1 # \u{0}", "1:9: a comment cannot have a control character"),
  ]

  @Test(arguments: mistakes)
  func mistakesHaveAPlaceAndAFix(_ text: String, _ complaint: String) {
    let error = #expect(throws: TOMLError.self) { try TOMLReader.table(parsing: text.utf8) }
    #expect(error?.description == complaint)
  }

  @Test func bytesThatAreNoTextAreRefused() {
    let error = #expect(throws: TOMLError.self) {
      try TOMLReader.table(parsing: Array("a = 1\nb".utf8) + [0xFF])
    }
    #expect(error?.description == "2:2: this is not UTF-8; save it as UTF-8")
  }

  @Test(arguments: [
    String(repeating: "[", count: 100_000), "a = " + String(repeating: "[", count: 100_000),
    "a = " + String(repeating: "{b=", count: 100_000), String(repeating: "a.", count: 100_000) + "a = 1",
    "[" + String(repeating: "a.", count: 100_000) + "a]",
  ])
  func whatIsTooDeepIsRefusedAndNotFollowed(_ text: String) {
    #expect(throws: TOMLError.self) { try TOMLReader.table(parsing: text.utf8) }
  }

  @Test("Many tables of one name take as long as they are many", .timeLimit(.minutes(1)))
  func manyTablesOfOneName() throws {
    let table = try TOMLReader.table(parsing: String(repeating: "[[a]]\n", count: 100_000).utf8)
    guard case .array(let tables)? = table["a"]?.value.content else { throw Missing() }
    #expect(tables.count == 100_000)
  }

  private struct Missing: Error {}
}
