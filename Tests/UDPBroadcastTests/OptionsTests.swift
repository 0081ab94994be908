import Glibc
import Testing
import UDPBroadcast
import WMGFramework

@Suite struct OptionsTests {
  let plugin = UDPBroadcastPlugin()
  let configuration = GatewayConfiguration(uid: GatewayID(rawValue: 11)!, vnis: VNISet())

  @Test(arguments: [
    ("address", "0.0.0.0", "must be a broadcast address"), ("address", "224.0.0.18", "multicast"),
    ("address", "10.0.1", "takes IPv4 address"), ("port", "0", "must be 1 to 65535"),
    ("port", "65536", "must be 1 to 65535"), ("allow", "0", "list of uids"),
    ("interface", "a-name-that-is-too-long", "15 bytes"),
  ])
  func badValuesAreRefusedWithTheOptionsName(_ name: String, _ text: String, _ complaint: String) {
    let error = #expect(throws: PluginError.self) {
      try PluginOptionValues(decoding: [(name, text)], for: plugin)
    }
    #expect(error?.description.contains("--set udp-broadcast.\(name)") == true)
    #expect(error?.description.contains(complaint) == true)
  }

  @Test(arguments: [
    [("address", "255.255.255.255")], [("allow", "11")],
  ])
  func whatCannotWorkHereIsAConfigurationError(_ settings: [(String, String)]) throws {
    let values = try PluginOptionValues(decoding: settings.map { (name: $0.0, text: $0.1) }, for: plugin)
    let error = #expect(throws: PluginError.self) { try plugin.validate(values, for: configuration) }
    guard case .unusable(_, let reason, let code) = error else { return #expect(Bool(false)) }
    #expect(reason.contains("--set udp-broadcast.\(settings[0].0)"))
    #expect(code == EX_CONFIG)
  }

  @Test(arguments: [("address", "10.254.253.255"), ("interface", "no-such-one")])
  func whatIsNotThereYetIsValid(_ name: String, _ text: String) throws {
    let values = try PluginOptionValues(decoding: [(name: name, text: text)], for: plugin)
    try plugin.validate(values, for: configuration)
  }

  @Test func theDefaultsAreTheGoDaemons() {
    let defaults = Dictionary(uniqueKeysWithValues: plugin.options.map { ($0.name, $0.defaultText) })
    #expect(defaults["address"] == "10.0.1.255")
    #expect(defaults["port"] == "3000")
  }
}
