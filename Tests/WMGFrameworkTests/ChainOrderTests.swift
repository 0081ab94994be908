import Testing
import WMGFramework

@Suite struct ChainOrderTests {
  private struct Placed: EffectorPlugin {
    var name: String
    var chainPlace: ChainPlace?
    var summary: String { "belongs somewhere" }
    func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
      throw PluginError.unusable(plugin: name, reason: "never made", exitCode: 69)
    }
  }

  private struct Announcer: EffectorPlugin {
    var name: String { "announcer" }
    var summary: String { "announces" }
    var announcesTakeovers: Bool { true }
    func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector {
      throw PluginError.unusable(plugin: name, reason: "never made", exitCode: 69)
    }
  }

  private let link = Placed(name: "link", chainPlace: .activation)
  private let call = Placed(name: "call", chainPlace: .announcement)
  private let look = Placed(name: "look", chainPlace: .confirmation)
  private let any = Placed(name: "any", chainPlace: nil)

  @Test func chainsInOrderAreFine() {
    for chain in [[], [call], [link, call, look], [link, link, look], [any, link, any, call, any]] {
      #expect(ChainDisorder(chain) == nil)
    }
  }

  @Test func theFirstThatComesTooEarlyIsNamedWithWhatItWaitsFor() throws {
    let disorder = try #require(ChainDisorder([call, any, link]))
    #expect((disorder.early, disorder.late) == ("call", "link"))
    #expect("\(disorder)" == "call comes before link, which it has to wait for")
    #expect(ChainDisorder([link, look, call])?.early == "look")
  }

  @Test func theRightOrderKeepsBesideEachOtherWhatBelongsNowhere() {
    #expect(ChainDisorder([look, any, call, link])?.order == ["link", "call", "look", "any"])
    #expect(ChainDisorder([any, look, link, call])?.order == ["any", "link", "call", "look"])
  }

  @Test func whoAnnouncesBelongsAfterWhatActivates() {
    #expect(Announcer().chainPlace == .announcement)
    #expect(ChainDisorder([Announcer(), link])?.order == ["link", "announcer"])
  }
}
