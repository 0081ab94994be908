import ArgumentParser
import Testing
import WMGFramework

@testable import WMGCommand

/// What `explain` and `simulate` say of bad input.
@Suite struct FleetOptionsTests {
  private static let simulateComplaints: [([String], String)] = [
    ([], "which gateways? give --gateways 11,12,13, or --gateway-count 3 for random uids"),
    (["--gateways", "11,0"], "--gateways '0' is not a uid; a uid is 1 to 18446744073709551615"),
    (["--gateways", "11,,12"], "--gateways '' is not a uid; a uid is 1 to 18446744073709551615"),
    (["--gateways", "11,12", "--gateways", "11"], "--gateways names 11 twice"),
    (
      ["--gateways", "11", "--gateway-count", "3"],
      "--gateways and --gateway-count exclude each other; give one of them"
    ),
    (["--gateway-count", "65536"], "--gateway-count '65536' must be a number from 1 to 65535"),
    (["--gateway-count", "0"], "--gateway-count '0' must be a number from 1 to 65535"),
    (
      ["--gateway-count", "3", "--seed", "x"], "--seed 'x' must be a number from 0 to 18446744073709551615"
    ),
    (
      ["--gateways", "11,12", "--remove", "13"], "--remove 13 is not one of the gateways, which are 11,12"
    ),
    (["--gateways", "11,12,13", "--remove", "12,12"], "--remove names 12 twice"),
    (["--gateways", "11,12", "--remove", "11,12"], "--remove takes all 2 gateways away; leave one at least"),
    (
      ["--gateways", "11,12", "--add", "11"],
      "--add 11 is one of the gateways already; give a uid that is not"
    ),
    (["--gateways", "11,12", "--add", "13,13"], "--add names 13 twice"),
    (["--gateways", "11", "--add", "0"], "--add '0' is not a uid; a uid is 1 to 18446744073709551615"),
    (
      ["--gateway-count", "65535", "--add", "random"], "--add makes 65536 gateways; a fleet has at most 65535"
    ),
    (["--gateway-count", "129", "--svg", "/nonexistent/x"], "--svg draws at most 128 gateways, not 129"),
    (["--gateways", "11", "--vnis", "0"], "--vnis: VNI 0 is out of range; a VNI is 1 to 16777215"),
    (
      ["--gateways", "11", "--strategy", "rendez"],
      "--strategy rendez: no such strategy (did you mean 'rendezvous'?); there are: rendezvous, picky"
    ),
    (
      ["--gateways", "11", "--strategy", "rendezvous,rendezvous"],
      "--strategy rendezvous,rendezvous: a strategy is named twice"
    ),
    (
      ["--gateways", "11", "--strategy", "all,picky"],
      "--strategy all,picky: 'all' stands alone; leave the others out, which are among them where they are given "
        + "their options"
    ),
    (
      ["--gateways", "11", "--strategy", ""],
      "--strategy '': no such strategy; there are: rendezvous, picky"
    ),
    (["--gateways", "11", "--strategy", "picky"], "--set picky.table is needed"),
    (["--gateways", "11", "--set", "picky.table=wrong"], "--set picky.table is needed"),
    (
      ["--gateways", "11", "--svg", "/nonexistent/x.svg"],
      "--svg '/nonexistent/x.svg' cannot be written: No such file or directory"
    ),
  ]

  private static let explainComplaints: [([String], String)] = [
    (["0", "--gateways", "11"], "'0' is not a VNI; a VNI is 1 to 16777215"),
    (["x", "--gateways", "11"], "'x' is not a VNI; a VNI is 1 to 16777215"),
    (["7"], "which gateways? give --gateways 11,12,13, or --gateway-count 3 for random uids"),
    (
      ["7", "--gateways", "11", "--strategy", "all"],
      "--strategy all: explain takes one strategy; simulate compares them"
    ),
    (
      ["101", "--gateways", "11"],
      "VNI 101 is not one of the fleet's, 1-100 unless you say so, and to 'rendezvous' all of them matter; give them with "
        + "--vnis"
    ),
    (
      ["7", "--gateways", "11", "--vnis", "8-9"],
      "VNI 7 is not one of the fleet's, 8-9 (--vnis); ask for one of these"
    ),
  ]

  private let plugins: [any Plugin] = [StubStrategy(), PickyStrategy()]

  @Test(arguments: simulateComplaints)
  func simulateComplains(_ arguments: [String], _ complaint: String) throws {
    let registry = try PluginRegistry(plugins)
    let command = try Simulate.parse(arguments)
    let error = #expect(throws: (any Error).self) { try command.run(with: registry) }
    #expect(error.map { "\($0)" } == complaint)
  }

  @Test(arguments: explainComplaints)
  func explainComplains(_ arguments: [String], _ complaint: String) throws {
    let registry = try PluginRegistry(plugins)
    let command = try Explain.parse(arguments)
    let error = #expect(throws: (any Error).self) { try command.run(with: registry) }
    #expect(error.map { "\($0)" } == complaint)
  }

  @Test func aVNIThatTheFileDoesNotHaveIsAMistakeOfTheCommandLine() throws {
    let sources = try Sources(file: "vnis = \"8-9\"")
    func run(_ vni: String) -> Int32 {
      GatewayCommand.run(["explain", vni, "--gateways", "11", "--config", sources.path], plugins: plugins)
    }
    #expect(run("8") == 0)
    #expect(run("7") == 64)
  }

  @Test func allLeavesOutWhatNeedsOptions() throws {
    let registry = try PluginRegistry(plugins)
    let gateways = [11, 12].compactMap { GatewayID(rawValue: $0) }
    let all = try StrategyChoice(
      ["all"], settings: [], in: registry, fleet: gateways, vnis: VNISet(VNI.min...VNI.min))
    #expect(all.made.map(\.plugin.name) == ["rendezvous"])
    #expect(all.leftOut.map { "\($0.name): \($0.reason)" } == ["picky: --set picky.table is needed"])
    let given = try StrategyChoice(
      ["all"], settings: ["picky.table=right"], in: registry, fleet: gateways, vnis: VNISet(VNI.min...VNI.min)
    )
    #expect(given.made.map(\.plugin.name) == ["rendezvous", "picky"] && given.leftOut.isEmpty)
  }

  @Test func theSameSeedDrawsTheSameUids() throws {
    func draw(_ seed: String) throws -> [GatewayID] {
      let options = try FleetOptions.parse(["--gateway-count", "64", "--seed", seed])
      var generator = try options.generator()
      return try options.fleet(using: &generator)
    }
    let fleet = try draw("7")
    #expect(try draw("7") == fleet)
    #expect(try draw("8") != fleet)
    #expect(Set(fleet).count == 64 && fleet == fleet.sorted())
  }

  // With its type, or the compiler takes too long to find it on a busy machine.
  private static let commands: [([String], Int32)] = [
    (["explain", "7", "--gateways", "11,12"], 0), (["explain", "7", "-gateways", "11,12", "--json"], 0),
    (["explain", "--help"], 0), (["explain"], 64), (["explain", "7"], 64),
    (["simulate", "--gateways", "11,12", "--remove", "random", "--add", "random"], 0),
    (["simulate", "--gateway-count", "5", "--json"], 0), (["simulate", "--help"], 0), (["simulate"], 64),
    (["simulate", "--gateways", "11", "--svg", "/nonexistent/x.svg"], 73),
  ]

  @Test(arguments: commands)
  func exitCodesAreOfSysexits(_ arguments: [String], _ code: Int32) {
    #expect(GatewayCommand.run(arguments, plugins: plugins) == code)
  }
}

/// A strategy that cannot do without its option.
private struct PickyStrategy: StrategyPlugin {
  static let table = PluginOption("table", default: "", help: "what to do")
  var name: String { "picky" }
  var summary: String { "does as it is told" }
  var options: [any AnyPluginOption] { [Self.table] }

  func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) throws -> any AssignmentStrategy {
    guard options[Self.table] == "right" else {
      throw PluginError.unusable(plugin: name, reason: "--set picky.table is needed", exitCode: 64)
    }
    return StubStrategy.First()
  }
}
