import Testing

@testable import WMGFramework

private struct Nothing: Plugin {
  let name = "nothing"
  let summary = "of no kind"
}

private struct Turns: StrategyPlugin {
  var name = "turns"
  let summary = "in turns"
  let pace = PluginOption("pace", default: 10, in: 1...100, unit: "packets/s", help: "how fast")
  let interval = PluginOption(
    "interval", default: Duration.seconds(60), in: .milliseconds(10)...(.seconds(600)), help: "how often")
  let both = PluginOption("both", default: true, help: "both operations")
  let pattern = PluginOption("pattern", default: "vrrp4-%d", limits: "with one %d", help: "interface names") {
    $0.contains("%d") ? nil : "must contain %d"
  }

  var options: [any AnyPluginOption] { [pace, interval, both, pattern] }

  func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) throws -> any AssignmentStrategy { RoundRobin() }
}

struct PluginTests {
  @Test(
    arguments: [
      ("50ms", 50_000_000), ("1.5s", 1_500_000_000), ("2m", 120_000_000_000), ("250us", 250_000), ("0", 0),
      ("1.999999999m", 119_999_999_940), ("0.000000001s", 1), ("0.5us", 500),
    ] as [(String, Int64)])
  func durationsAreRead(text: String, nanoseconds: Int64) {
    #expect(Duration(optionText: text)?.nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "", "5", "s", ".5s", "1.s", "1..5s", "1.5.5s", "-1s", "1h", "1 s", "9999999999s", "1.0000000001s",
    "153722867.999m", "999999999m",
  ])
  func badDurationsAreRefused(text: String) { #expect(Duration(optionText: text) == nil) }

  @Test func optionValuesAreWrittenAsTheyAreRead() {
    #expect(Duration.seconds(60).optionText == "60s" && Duration.milliseconds(1100).optionText == "1100ms")
    #expect(Duration.microseconds(250).optionText == "250us" && Duration.zero.optionText == "0")
    for text in ["0.5us", "1.001us", "60000000.0005ms", "153722867m"] {
      let duration = Duration(optionText: text)
      #expect(duration != nil && duration.flatMap { Duration(optionText: $0.optionText) } == duration)
    }
    for text in ["on", "true", "yes"] { #expect(Bool(optionText: text) == true) }
    for text in ["off", "false", "no"] { #expect(Bool(optionText: text) == false) }
    #expect(Bool(optionText: "1") == nil && true.optionText == "on" && false.optionText == "off")
    #expect(GatewayIDList(optionText: "11,12")?.optionText == "11,12")
    #expect(GatewayIDList(optionText: "")?.gateways == [])
    for text in ["0", "1,,2", "a", "18446744073709551616"] { #expect(GatewayIDList(optionText: text) == nil) }
    #expect(IPv4Address(optionText: "10.0.1.255")?.optionText == "10.0.1.255")
    #expect(Int(optionText: "12")?.optionText == "12" && String(optionText: "x")?.optionText == "x")
  }

  @Test func optionsAreDecodedWithTheirDefaults() throws {
    let plugin = Turns()
    var values = try PluginOptionValues(
      decoding: [("pace", "7"), ("interval", "1s"), ("pace", "8")], for: plugin)
    #expect(values[plugin.pace] == 8 && values[plugin.interval] == .seconds(1))
    #expect(values[plugin.both] == true && values[plugin.pattern] == "vrrp4-%d")
    values.set(plugin.both, to: false)
    #expect(values[plugin.both] == false)
    #expect(plugin.pace.typeDescription == "number, packets/s" && plugin.pace.limitsText == "1 to 100")
    #expect(plugin.interval.defaultText == "60s" && plugin.interval.limitsText == "10ms to 600s")
    #expect(plugin.both.limitsText == nil && Nothing().options.isEmpty)
  }

  @Test(arguments: [
    (
      "pase", "1",
      "--set turns.pase: no such option (did you mean 'pace'?); 'turns' takes: pace, interval, both, pattern"
    ),
    ("zzzzzz", "1", "--set turns.zzzzzz: no such option; 'turns' takes: pace, interval, both, pattern"),
    ("pace", "0", "--set turns.pace must be 1 to 100, not '0'"),
    ("pace", "x", "--set turns.pace takes number, packets/s: 1 to 100, not 'x'"),
    ("interval", "60", "--set turns.interval takes duration (us, ms, s, m): 10ms to 600s, not '60'"),
    ("pattern", "eth0", "--set turns.pattern must contain %d, not 'eth0'"),
  ])
  func badSettingsAreNamed(option: String, text: String, message: String) {
    #expect {
      try PluginOptionValues(decoding: [(option, text)], for: Turns())
    } throws: { "\($0)" == message }
  }

  @Test(
    arguments: [
      ("1=2,2=x", "'2=x' is none"), ("1=2,1=3", "1 is there twice"), ("1=2,", "an entry is missing"),
      ("0=1,2=1", "'0=1' is none"), ("1", "'1' is none"), ("1=2,2=3", nil), ("", nil),
    ] as [(String, String?)])
  func theEntryOfATableThatIsNoneIsFound(text: String, fault: String?) {
    #expect(GatewayTable<Thousandths>.fault(in: text) == fault)
    #expect((GatewayTable<Thousandths>(optionText: text) == nil) == (fault != nil))
  }

  @Test func theEntryThatIsNoneIsNamed() {
    let table = PluginOption("weights", default: GatewayTable<Thousandths>(), help: "")
    let list = PluginOption("only", default: GatewayIDList(), help: "")
    func complaint(_ option: some AnyPluginOption, _ text: String) -> String? {
      if case .failure(let complaint) = option.decode(text) { complaint.text } else { nil }
    }
    #expect(complaint(table, "11=2,12=x")?.hasSuffix(", not '11=2,12=x'; '12=x' is none") == true)
    #expect(complaint(table, "x")?.hasSuffix("not 'x'; 'x' is none") == true)
    #expect(complaint(list, "11,x,13") == "takes list of uids, not '11,x,13'; 'x' is no uid")
    #expect(complaint(list, "11,13") == nil)
  }

  @Test func theRegistryFindsByKindAndName() throws {
    let registry = try PluginRegistry([Turns(), Turns(name: "other")])
    #expect(registry.names(of: .strategy) == ["turns", "other"] && registry.names(of: .effector).isEmpty)
    #expect(try registry.strategy("turns").name == "turns")
    #expect {
      try registry.strategy("turn")
    } throws: {
      "\($0)" == "--strategy turn: no such strategy (did you mean 'turns'?); there are: turns, other"
    }
    // One of another kind is not one of this kind.
    #expect(throws: PluginError.unknownPlugin(kind: .effector, name: "turns", known: [])) {
      try registry.effector("turns")
    }
    #expect(throws: PluginError.unknownPlugin(kind: .discovery, name: "x", known: [])) {
      try registry.discovery("x")
    }
    #expect(throws: PluginError.duplicateName("turns")) { try PluginRegistry([Turns(), Turns()]) }
    #expect(throws: PluginError.noKind("nothing")) { try PluginRegistry([Nothing()]) }
  }

  @Test(arguments: [
    (PluginError.duplicateName("a"), "two plugins are named 'a'; every plugin needs a name of its own"),
    (.noKind("a"), "plugin 'a' is neither a DiscoveryPlugin, a StrategyPlugin nor an EffectorPlugin"),
    (.unknownOption(plugin: "log", option: "x", known: []), "--set log.x: 'log' takes no options"),
    (
      .malformedSetting("garp"),
      "--set 'garp' is not of the form plugin.option=value, such as garp.interval=60s"
    ),
    (
      .settingForUnusedPlugin(setting: "grap.interval=1s", plugin: "grap", used: ["macvlan", "garp"]),
      "--set grap.interval=1s: plugin 'grap' is not in use (did you mean 'garp'?); in use: macvlan, garp"
    ),
    (.unusable(plugin: "garp", reason: "no CAP_NET_RAW", exitCode: 77), "no CAP_NET_RAW"),
  ])
  func errorsAreOneLine(error: PluginError, text: String) {
    #expect("\(error)" == text)
  }

  @Test func slipsFindTheNearestName() {
    let known = ["macvlan", "garp", "log", "rendezvous", "rendezvous-mixed"]
    #expect(nearestName(to: "macvlna", among: known) == "macvlan")
    #expect(nearestName(to: "GARP".lowercased(), among: known) == "garp")
    #expect(nearestName(to: "lgo", among: known) == "log")
    #expect(nearestName(to: "rendezvous-", among: known) == "rendezvous")
    #expect(nearestName(to: "rend", among: known) == "rendezvous")
    #expect(nearestName(to: "", among: known) == nil && nearestName(to: "x", among: []) == nil)
    // Both are one slip away.
    #expect(nearestName(to: "ud", among: ["uid", "u8"]) == "uid")
    #expect(nearestName(to: "quagga", among: known) == nil)
  }

  @Test func findingsAreOrderedByHowBadTheyAre() {
    #expect(Finding.Severity.ok < .warning && Finding.Severity.warning < .error)
  }
}
