import Glibc
import LinuxNetworking
import Testing
import WMGFramework

@testable import ForeignHashing

/// The daemon as a user runs it.
@Suite struct DaemonTests {
  private func run(_ arguments: String...) throws -> ProgramRun {
    try ExternalProgram(daemonPath, arguments).run(within: .seconds(20))
  }

  @Test("'foreign probe' prints the scores")
  func probes() throws {
    let run = try run(
      "foreign", "probe", "--library", "libxxhash.so.0", "--symbol", "XXH64", "-signature",
      "u64(bytes,size,u64=0)")
    #expect(run.ending == .exited(0), "\(run)")
    #expect(run.output.contains("function   XXH64, u64(bytes,size:u64,u64=0)\ncalled     directly\n"))
    #expect(
      run.output.contains(
        "\n1          2                     3056089546767168058     3056089546767168058\n"))
    #expect(run.output.split(separator: "\n").count == 6 + ProbeKeys.pairs.count)
  }

  @Test(
    "The function's own result is printed beside the score",
    arguments: [
      ("less", "i32(vni,uid)", "-1", "2147483647"),
      ("half", "f64(vni,uid)", "0.5", "13826050856027422720"),
      ("half_single", "f32(vni,uid)", "-0.5", "4620693217682128895"),
    ])
  func results(_ symbol: String, _ signature: String, _ result: String, _ score: String) throws {
    let library = FixtureLibrary.build(
      symbol,
      """
      #include <stdint.h>
      static int first(uint32_t vni, uint64_t uid) { return vni == 1 && uid == 1; }
      int32_t less(uint32_t vni, uint64_t uid) { return first(vni, uid) ? -1 : (int32_t)(vni * 7 + uid * 5); }
      double half(uint32_t vni, uint64_t uid) { return first(vni, uid) ? 0.5 : vni * 3.0 + uid; }
      float half_single(uint32_t vni, uint64_t uid) { return first(vni, uid) ? -0.5f : vni * 3.0f + uid % 1000; }
      """)
    let run = try run(
      "foreign", "probe", "--library", library, "--symbol", symbol, "--signature", signature)
    let line = run.output.split(separator: "\n").first { $0.hasPrefix("1          1 ") }
    #expect(line?.split(separator: " ").dropFirst(2).map(String.init) == [result, score], "\(run)")
  }

  @Test(
    "Help is of the command that it is asked of",
    arguments: [
      ["foreign", "probe", "--help"], ["foreign", "help", "probe"], ["help", "foreign", "probe"],
    ])
  func help(_ arguments: [String]) throws {
    let run = try ExternalProgram(daemonPath, arguments).run(within: .seconds(20))
    #expect(run.ending == .exited(0))
    #expect(run.output.contains("foreign probe --library <library>"), "\(run)")
    #expect(run.output.contains("--signature <signature>"))
  }

  private static let probe = ["foreign", "probe", "--symbol", "y"]
  private static let mistakes: [(arguments: [String], exitCode: Int32, words: String)] = [
    (probe + ["--library", "x", "--signature", "u64(byes)"], 64, "--signature must"),
    (probe + ["--library", "x"], 64, "--signature"),
    (["foreign", "prob"], 64, "foreign prob: no such command (did you mean 'probe'?); there is: probe"),
    (["foreign"], 64, "foreign needs a command; there is: probe"),
    (
      probe + ["--library", "libnone.so", "--signature", "u64(bytes)"], 78,
      "--library libnone.so: cannot open"
    ),
    (["--strategy", "foreign"], 64, "--set foreign.library=libxxhash.so.0"),
    (
      [
        "--strategy", "foreign", "--set", "foreign.library=libc.so.6", "--set", "foreign.symbol=strlen",
        "--set", "foreign.signature=u64(vni,uid)",
      ], 78, "--set foreign.signature=u64(vni:u32,uid:u64): the function crashed with SIGSEGV"
    ),
  ]

  @Test("Mistakes are one line with the option and an exit code", arguments: mistakes)
  func refuses(_ arguments: [String], _ code: Int32, _ words: String) throws {
    let run = try ExternalProgram(daemonPath, arguments).run(within: .seconds(20))
    #expect(run.ending == .exited(code), "\(run)")
    #expect(run.errors.contains(words) && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }

  @Test("The daemon assigns by XXH64")
  func assigns() throws {
    let common = [
      "--preserve-status", "-s", "TERM", "3", daemonPath, "--vnis", "1-100", "-uid", "11", "--effector",
      "log",
      "--strategy", "foreign", "--interval", "50ms", "--control-socket", "\(FixtureLibrary.folder)/control",
      "--set", "udp-broadcast.address=127.255.255.255",
      "--set", "udp-broadcast.port=\(40_000 + getpid() % 20_000)",
    ]
    let run = try ExternalProgram(
      "/usr/bin/timeout",
      common + [
        "--set", "foreign.library=libxxhash.so.0", "--set", "foreign.symbol=XXH64",
        "--set", "foreign.signature=u64(bytes,size,u64=0)",
      ]
    ).run(within: .seconds(30))
    #expect(run.ending == .exited(0), "\(run)")
    #expect(run.errors.contains("would take over"), "\(run.errors)")
  }

  @Test("Each command of the README does what the README says of it")
  func readme() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(root)/Sources/Plugins/ForeignHashing/README.md"
    let text = try #require(SystemFile.read(path))
    // Blocks are every other part between fences; each begins with its language.
    let blocks = text.split(separator: "```", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { $0.element.split(separator: "\n", maxSplits: 1).map(String.init) }
    let sources = blocks.filter { $0[0] == "c" }.map { $0[1] }
    let script = blocks.filter { $0[0] == "sh" }.map { $0[1] }.joined()
    let shown = try #require(blocks.first { $0[0] == "text" })[1]
    #expect(sources.count == 1 && script.contains("libmine"))
    let folder = String(daemonPath[..<(try #require(daemonPath.lastIndex(of: "/")))])
    let run = try ExternalProgram(
      "/bin/sh",
      [
        "-ec",
        "cd \(FixtureLibrary.folder); PATH=\(folder):$PATH; cat > mine.c <<'END'\n\(sources[0])END\n\(script)",
      ]
    ).run(within: .seconds(60))
    #expect(run.ending == .exited(0), "\(run)")
    // But for where libraries lie and which version they have.
    for line in shown.split(separator: "\n") where !line.hasPrefix("library") {
      #expect(run.output.contains("\(line)\n"), "\(line)")
    }
  }
}
