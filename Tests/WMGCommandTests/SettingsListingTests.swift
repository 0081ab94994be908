import ArgumentParser
import Testing
import WMGFramework

@testable import WMGCommand

/// What `config default` and `config dump` print are configuration files that change nothing.
@Suite struct SettingsListingTests {
  @Test func theDefaultFileSetsNothing() throws {
    let settings = try Sources(file: DefaultFile(Sources.registry()).text).settings([])
    #expect(settings.settings.map(\.name.option) == ["config"])
  }

  @Test func theDefaultFileTakenAtItsWordIsTheDefault() throws {
    let text = try DefaultFile(Sources.registry()).text
    // '#key' is a setting, '# ' and '##' are words.
    let uncommented = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("#") && line.dropFirst().first?.isLetter == true ? line.dropFirst() : line
    }.joined(separator: "\n")
    let plain = try listing(Sources(file: ""), [])
    let taken = try listing(Sources(file: uncommented), [])
    // Those that have no value of their own.
    let without = ["handover-overlap", "user"]
    let names = taken.settings.filter { !without.contains($0.name) && $0.isInUse }.map(\.name)
    #expect(names == plain.settings.map(\.name).filter { !without.contains($0) })
    for line in taken.settings where !without.contains(line.name) && line.isInUse {
      #expect(line.value == plain.settings.first { $0.name == line.name }?.value, "\(line.name)")
      #expect(line.origin == "file")
    }
    for option in CommandOptions.settable.options where !["minvni", "maxvni"].contains(option.name) {
      #expect(names.contains(option.name) || without.contains(option.name))
    }
  }

  @Test func aDumpIsAFileThatSaysTheSame() throws {
    let source = try Sources(
      file: """
        minvni = 3
        claim-delay = "20ms"
        effector = ["log", "garp"]
        control-socket = "/tmp/a \\"b\\" \\\\ c"
        [garp]
        interval = "5s"
        [macvlan]
        interval = "7s"
        """)
    let first = try listing(source, ["--multiplier", "7"])
    let second = try listing(Sources(file: first.text), [])
    #expect(second.settings.map(\.name) == first.settings.map(\.name))
    #expect(second.settings.map(\.value) == first.settings.map(\.value))
    #expect(first.settings.first { $0.name == "garp.interval" }?.place == "\(source.path):6:1")
    #expect(first.settings.first { $0.name == "macvlan.interval" }?.isInUse == false)
    #expect(first.settings.first { $0.name == "multiplier" }?.place == "--multiplier")
    #expect(first.settings.contains { $0.name == "minvni" } && !first.settings.contains { $0.name == "vnis" })
  }

  private func listing(_ sources: Sources, _ arguments: [String]) throws -> SettingsListing {
    let (command, settings) = try sources.daemon(arguments)
    return SettingsListing(
      settings, try command.gateway.configuration(),
      try command.plugins.resolve(in: settings.registry, keeping: settings.pluginSettings))
  }
}
