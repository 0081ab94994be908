import Logging
import Testing

@testable import WMGRuntime

@Suite struct LogLineTests {
  @Test func logfmtIsOneLineOfNamesAndValues() {
    let line = LogFormat.logfmt.line(
      .info, component: "gateway", message: "takeover", fields: [("vni", "5"), ("reason", "12 expired")])
    let afterTime = line.drop { $0 != " " }.dropFirst()
    #expect(afterTime == "level=info component=gateway msg=takeover vni=5 reason=\"12 expired\"\n")
    #expect(line.hasPrefix("ts=20"))
    #expect(line.prefix { $0 != " " }.hasSuffix("Z"))
  }

  @Test(arguments: [
    ("plain", "plain"), ("", "\"\""), ("a b", "\"a b\""), ("a=b", "\"a=b\""),
    ("say \"hi\"", "\"say \\\"hi\\\"\""),
    ("a\" level=x", "\"a\\\" level=x\""), ("a\"\u{308} b", "\"a\\\"\u{308} b\""),
    ("two\nlines", "\"two lines\""), ("back \\ slash", "\"back \\\\ slash\""),
  ])
  func valuesAreQuotedWhereTheyMust(_ value: String, _ written: String) {
    let line = LogFormat.logfmt.line(.error, component: "c", message: "m", fields: [("v", value)])
    #expect(line.hasSuffix(" v=\(written)\n"))
    #expect(line.filter { $0 == "\n" }.count == 1)
  }

  @Test func aTerminalGetsTheTimeOfDayAndNoColourUnlessWanted() {
    let plain = LogFormat.terminal(isColoured: false).line(
      .warning, component: "garp", message: "m", fields: [])
    #expect(plain.hasSuffix(" warn   garp: m\n"))
    #expect(!plain.contains("\u{1B}"))
    let coloured = LogFormat.terminal(isColoured: true).line(
      .warning, component: "garp", message: "m", fields: [])
    #expect(coloured.contains("\u{1B}[33mwarn  \u{1B}[0m"))
  }
}
