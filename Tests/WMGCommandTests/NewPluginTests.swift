import Glibc
import Testing
import WMGFramework

@testable import WMGCommand

@Suite struct NewPluginTests {
  private let folder = "/tmp/wmgnewplugin-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

  @Test(
    "A type's name gives the others",
    arguments: [
      ("MyStrategy", "my-strategy", "my-strategy-gateway"), ("HTTPHash2", "http-hash2", "http-hash2-gateway"),
      ("LoneGateway", "lone-gateway", "lone-gateway-daemon"),
    ])
  func names(_ type: String, _ plugin: String, _ daemon: String) throws {
    let names = try NewPluginNames(type)
    #expect(names.plugin == plugin)
    #expect(names.daemon == daemon)
  }

  @Test(
    "What cannot be a type, or is one already, is refused",
    arguments: ["", "my-strategy", "myStrategy", "2Fast", "Mÿ", "../Up", "WMGFramework", "Effector"])
  func badNames(_ name: String) {
    #expect(throws: UsageError.self) { try NewPluginNames(name) }
  }

  @Test("Nothing is overwritten, and nothing is made of bad input")
  func refusals() {
    func run(_ arguments: String...) -> Int32 {
      GatewayCommand.run(["plugin"] + arguments + ["--output", folder], plugins: [])
    }
    let url = "--framework=https://example.com/wmgwd2"
    #expect(run("new", "strategy", "bad", url) == 64)
    #expect(run("new", "strateg", "Good", url) == 64)
    #expect(
      GatewayCommand.run(
        ["plugin", "new", "strategy", "Rendezvous", url, "--output", folder], plugins: [StubStrategy()]) == 64
    )
    #expect(run("old", "strategy", "Good", url) == 64)
    #expect(run("new", "strategy", "Good") == 64)
    #expect(run("new", "strategy", "Good", "--framework=/nonexistent") == 66)
    #expect(run("new", "strategy", "Good", "--framework=/tmp") == 66)
    #expect(access(folder, F_OK) != 0)
    #expect(mkdir(folder, 0o755) == 0)
    defer { rmdir(folder) }
    #expect(run("new", "strategy", "Good", url) == 73)
  }

  @Test("Every file names what it is about; the dependency is as asked for", arguments: PluginKind.allCases)
  func files(_ kind: PluginKind) throws {
    let package = NewPackage(
      kind: kind, names: try NewPluginNames("MyThing"), framework: try .init("https://example.com/fork.git"))
    #expect(package.files.map(\.path).contains("Tests/MyThingTests/MyThingTests.swift"))
    for file in package.files where file.path.hasSuffix(".swift") { #expect(file.text.contains("MyThing")) }
    let manifest = try #require(package.files.first { $0.path == "Package.swift" }?.text)
    #expect(
      manifest.contains(
        #".package(url: "https://example.com/fork.git", from: "\#(GatewayProgram.frameworkVersion)")"#))
    #expect(manifest.contains(#".product(name: "WMGCommand", package: "fork")"#))
  }
}
