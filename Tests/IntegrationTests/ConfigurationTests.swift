import Foundation
import GatewayLab
import Testing
import WMGFramework

/// The configuration file as an operator meets it: by the program.
@Suite struct ConfigurationTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("wmgconfig-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  @Test("The example, and what the documents show, is right")
  func examplesAreRight() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let example = try run(["config", "check", "--config", Repository.root.path + "/dist/wmgwd2.toml"])
    #expect(example.ending == .exited(0) && example.output.contains(": ok, 9 settings"), "\(example.errors)")
    var shown = 0
    for document in ["README.md", "docs/OPERATIONS.md"] {
      for block in MarkdownBlock.all(in: try Repository.text(of: document)) where block.language == "toml" {
        let checked = try run(["config", "check", "--config", file(block.text)])
        #expect(checked.ending == .exited(0), "\(document), \(block.place): \(checked.errors)")
        shown += 1
      }
    }
    #expect(shown >= 2)
  }

  @Test("The default file is right, and changes nothing")
  func defaultFile() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let printed = try run(["config", "default"])
    #expect(printed.ending == .exited(0))
    #expect(printed.output.contains("\n[garp]\n") && printed.output.contains("\n#vnis = \"1-100\"\n"))
    let without = try run(["config", "dump", "--config", "/dev/null"])
    let with = try run(["config", "dump", "--config", file(printed.output)])
    #expect(with.output == without.output)
  }

  @Test("dump says where each value comes from; what it prints can be read again")
  func dump() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try file("vnis = \"1-10\"\neffector = \"log\"\n[garp]\ncount = 3\n")
    let words = ["config", "dump", "--config", path, "-multiplier", "4"]
    let dumped = try run(words, environment: ["WMGWD2_INTERVAL=2s"])
    for line in [
      #"vnis = "1-10" +# .*:1:1"#, #"interval = "2s" +# WMGWD2_INTERVAL"#, #"multiplier = 4 +# --multiplier"#,
      #"count = 3 +# .*:4:1"#, #"peer-limit = 1024 +# default"#,
    ] {
      #expect(
        dumped.output.range(of: "(?m)^\(line)$", options: .regularExpression) != nil,
        "\(line): \(dumped.output)")
    }
    let again = try run(["config", "dump", "--json", "--config", file(dumped.output)])
    let json = try run(words + ["--json"], environment: ["WMGWD2_INTERVAL=2s"])
    #expect(try values(again.output) == values(json.output))
    #expect(try values(json.output)["garp.count"] == "3")
  }

  @Test("A mistake is one line with file, line and column, and nothing is started")
  func mistake() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try file("vnis = \"1-10\"\n  stratgy = \"rendezvous\"\n")
    for command in [[], ["config", "check"], ["check"], ["config", "dump"]] {
      let run = try run(command + ["--config", path])
      #expect(run.ending == .exited(78))
      #expect(
        run.errors.hasPrefix("wmgwd2: \(path):2:3: stratgy: no such key (did you mean 'strategy'?)"),
        "\(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1)
    }
    // A gateway that runs can be asked all the same, and help is there for those who look for it.
    #expect(try run(["status", "--config", path, "--control-socket", "/nonexistent"]).ending == .exited(69))
    #expect(try run(["--help", "--config", path]).ending == .exited(0))
    #expect(try run(["config", "default", "--config", path]).ending == .exited(0))
  }

  @Test("Explain and simulate are about the fleet that the file describes")
  func explainAndSimulate() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try file("vnis = \"1-50\"\nstrategy = \"rendezvous-mixed\"\n")
    let explained = try run(["explain", "7", "--gateways", "11,12", "--config", path])
    #expect(explained.output.contains("'rendezvous-mixed'"), "\(explained.errors)")
    let simulated = try run(["simulate", "--gateways", "11,12", "--config", path, "--json"])
    #expect(
      simulated.output.contains("\"modulo\"") && simulated.output.contains("1-50"), "\(simulated.errors)")
  }

  @Test("The daemon serves what the file says, and status finds it by the file")
  func daemon() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = try file(
      """
      uid = 18446744073709551615
      vnis = ["3-5", 9]
      interval = "50ms"
      effector = ["log"]
      control-socket = "\(folder.path)/control.sock"
      [udp-broadcast]
      address = "127.255.255.255"
      port = \(Int.random(in: 20000...60000))
      """)
    let log = folder.appendingPathComponent("log").path
    let daemon = try ChildProcess(try Daemon.path(), ["--config", path], errors: .file(log))
    defer { daemon.end(patience: .zero) }
    var status: GatewayStatus?
    let isThere = pollUntil(.seconds(10)) {
      guard let run = try? run(["status", "--json", "--config", path]), run.ending == .exited(0) else {
        return false
      }
      status = try? JSONDecoder().decode(GatewayStatus.self, from: Data(run.output.utf8))
      return status != nil
    }
    #expect(isThere, "\((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
    #expect(status?.uid == "18446744073709551615")
    #expect(status?.vnis.map(\.vni) == [3, 4, 5, 9])
    let fingerprint = StrategyFingerprint(
      strategy: "rendezvous", parameters: "", vnis: try VNISet(parsing: "3-5,9")
    ).description
    #expect(status?.strategy == "rendezvous" && status?.fingerprint == fingerprint)
    let text = try run(["status", "--config", path]).output
    #expect(text.contains("\nstrategy  rendezvous, fingerprint \(fingerprint)\n"), "\(text)")
    daemon.terminate()
    #expect(daemon.wait(for: .seconds(40)) == .exited(0))
    #expect(try String(contentsOfFile: log, encoding: .utf8).contains("configuration file read"))
  }

  private func values(_ json: String) throws -> [String: String] {
    struct Listing: Decodable {
      struct Line: Decodable {
        var name: String
        var value: String?
      }
      var settings: [Line]
    }
    let lines = try JSONDecoder().decode(Listing.self, from: Data(json.utf8)).settings
    return Dictionary(uniqueKeysWithValues: lines.map { ($0.name, $0.value ?? "") })
  }

  private func file(_ text: String) throws -> String {
    let path = folder.appendingPathComponent("\(UUID().uuidString).toml").path
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    chmod(path, 0o644)
    return path
  }

  private func run(
    _ arguments: [String], environment: [String] = []
  ) throws -> (ending: ChildProcess.Ending?, output: String, errors: String) {
    let (output, errors) = (folder.path + "/\(UUID().uuidString)", folder.path + "/\(UUID().uuidString)")
    let child = try ChildProcess(
      "/usr/bin/env", environment + [try Daemon.path()] + arguments, output: .file(output),
      errors: .file(errors))
    let ending = child.wait(for: .seconds(10))
    child.end(patience: .zero)
    return (
      ending, (try? String(contentsOfFile: output, encoding: .utf8)) ?? "",
      (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
    )
  }
}
