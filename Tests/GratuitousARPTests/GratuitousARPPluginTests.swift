import Glibc
import GratuitousARP
import Testing
import WMGFramework

@Suite struct GratuitousARPPluginTests {
  let plugin = GratuitousARPPlugin()

  @Test func describesItself() {
    #expect(plugin.name == "garp")
    #expect(plugin.announcesTakeovers)
    #expect(
      plugin.options.map { "\($0.name)=\($0.defaultText)" } == [
        "interface=vrrp4-%d", "count=5", "spacing=1100ms", "interval=60s", "operation=both", "rate=1000",
      ])
  }

  @Test(arguments: [
    ("operation", "replies", "--set garp.operation must be both, request or reply, not 'replies'"),
    ("interval", "10ms", "--set garp.interval must be 0 or 1s to 60m, not '10ms'"),
    ("count", "0", "--set garp.count must be 1 to 100, not '0'"),
    (
      "interface", "vrrp4",
      "--set garp.interface takes name with %d once, where the VNI stands, not 'vrrp4'"
    ),
  ])
  func refuses(_ option: String, _ text: String, _ message: String) {
    let error = #expect(throws: PluginError.self) {
      try PluginOptionValues(decoding: [(name: option, text: text)], for: plugin)
    }
    #expect(error?.description == message)
  }
}
