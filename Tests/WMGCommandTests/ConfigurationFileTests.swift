import TOMLReader
import Testing
import WMGFramework

@testable import WMGCommand

@Suite struct ConfigurationFileTests {
  private static let mistakes: [(String, String)] = [
    ("vniz = 1", "f.toml:1:1: vniz: no such key (did you mean 'vnis'?); there are: uid, vnis, "),
    ("\n [garb]", "f.toml:2:3: [garb]: no such plugin (did you mean 'garp'?); there are: udp-broadcast, "),
    (
      "[garp]\n  intervall = '1s'",
      "f.toml:2:3: garp.intervall: no such option (did you mean 'interval'?); 'garp' takes: interval"
    ),
    (
      "[garp]\nvnis = 1",
      "f.toml:2:1: garp.vnis: 'vnis' is not the plugin's; move it to the top, above the first [table]"
    ),
    ("[udp-broadcast]\nport = 1", "f.toml:2:1: udp-broadcast.port: 'udp-broadcast' takes no options"),
    ("garp = 'x'", "f.toml:1:1: garp: a plugin's options go into a table of its own, such as [garp]"),
    ("set = ['garp.interval=1s']", "f.toml:1:1: set: a plugin's options go into a table of its own"),
    ("config = 'other.toml'", "f.toml:1:1: config: no such key"),
    ("json = true", "f.toml:1:1: json: no such key"),
    ("[vnis]\nx = 1", "f.toml:1:2: vnis takes a value, not a table"),
    (
      "interval = 23:35:00", "f.toml:1:12: interval takes a text, a number, true or false, or a list of these"
    ),
    ("vnis = [[1]]", "f.toml:1:9: vnis takes a text, a number, true or false, or a list of these"),
    ("[[garp]]", "f.toml:1:3: garp: a plugin's options go into a table of its own"),
    ("[garp]\ninterval = \"\\u0000\"", "f.toml:2:12: garp.interval cannot have a NUL character"),
  ]

  @Test(arguments: mistakes)
  func whatThereIsNotHasAPlaceAndTheNearest(_ text: String, _ complaint: String) throws {
    let error = #expect(throws: UsageError.self) { try settings(text) }
    #expect(error?.description.hasPrefix(complaint) == true, "\(error?.description ?? "")")
    #expect(error?.exitCode == 78)
  }

  @Test func valuesAreWhatOneWouldGiveToAFlag() throws {
    let settings = try settings(
      """
      uid = 18446744073709551615
      vnis = ["1-10", 20]
      interval = "1s"
      hold-for-joiner = false
      effector = ["macvlan", "garp"]
      garp.interval = "5s"
      """)
    #expect(
      settings.map { "\($0.name.key)=\($0.texts)" } == [
        "uid=[\"18446744073709551615\"]", "vnis=[\"1-10,20\"]", "interval=[\"1s\"]",
        "hold-for-joiner=[\"false\"]", "effector=[\"macvlan\", \"garp\"]", "garp.interval=[\"5s\"]",
      ])
    #expect(settings.last?.place == "f.toml:6:6")
  }

  @Test func everyOptionButThoseThatSayWhereToLookIsAKey() {
    let keys = Set(CommandOptions.settable.options.map(\.name))
    #expect(keys.isSuperset(of: ["uid", "vnis", "minvni", "interval", "strategy", "effector", "log-level"]))
    #expect(keys.isDisjoint(with: ["set", "config", "help", "version", "json"]))
  }

  @Test(arguments: ["", "\u{1}", "[", "=", "vnis =", "\"", "[[", "{", "vnis = \"1\"\u{0}"])
  func rubbishIsRefusedOrNothing(_ text: String) {
    if let settings = try? settings(text) { #expect(settings.isEmpty) }
  }

  @Test func damagedFilesAreRefusedWithAPlaceAndNothingWorse() throws {
    var generator = SystemRandomNumberGenerator()
    let registry = try Sources.registry()
    let options = CommandOptions.settable
    let whole = Array(
      "vnis = [\"1-10\", 20] # é\ninterval = '1s'\n[garp]\ninterval = \"5s\"\nx = {a.b = 1}\n[[log]]\n".utf8)
    for _ in 0..<5000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: place)
        default: bytes.removeLast(min(bytes.count - 1, place))
        }
        if bytes.isEmpty { bytes = whole }
      }
      do {
        _ = try ConfigurationFile("f.toml", bytes: bytes).settings(options: options, registry: registry)
      } catch {
        let place = "\(error)".prefix { $0 != " " }
        #expect(place.hasPrefix("f.toml:") && place.split(separator: ":").count == 3, "\(error)")
      }
    }
  }

  private func settings(_ text: String) throws -> [Setting] {
    try ConfigurationFile("f.toml", bytes: Array(text.utf8))
      .settings(options: CommandOptions.settable, registry: try Sources.registry())
  }
}
