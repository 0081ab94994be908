import Foundation
import NamespaceFixture
import Testing
import WMGFramework

@testable import FRRHook

@Suite struct TemplateTests {
  @Test("Comments and empty lines do not count, sections and placeholders are told apart")
  func reads() throws {
    let template = try Template(
      parsing: """
        # a comment
        [takeover]
        ! another
        interface {interface}
         ip ospf cost 100

        [stop]
        do clear bgp {uid} {{2}}
        """)
    #expect(
      template[.takeover] == [
        [.text("interface "), .placeholder(.interface)], [.text(" ip ospf cost 100")],
      ])
    #expect(template[.stop] == [[.text("do clear bgp "), .placeholder(.uid), .text(" {2}")]])
    #expect(template[.release].isEmpty)
  }

  @Test(
    "What is wrong is told with its line and the nearest name",
    arguments: [
      ("[takover]", "line 1: no such section: [takover]; did you mean [takeover]?"),
      ("\n[takeover]\nvni {vnj}", "line 3: no such placeholder: {vnj}; did you mean {vni}?"),
      ("[start]\nvni {vni}", "line 2: {vni} is of one VNI, and [start] is not; there it may be {uid}"),
      ("router bgp", "line 1: 'router bgp' is in no section"),
      ("[stop]\n[stop]", "line 2: [stop] is there twice"),
      ("[stop]\na {uid", "line 2: a { without its }"),
      ("[stop]\na }", "line 2: a } without its {"),
      ("[stop]\na\r", "line 2: has control characters"),
    ])
  func refuses(_ text: String, _ message: String) {
    let error = #expect(throws: TemplateError.self) { try Template(parsing: text) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test("Every built-in profile can be read", arguments: Profiles.names)
  func profilesAreTemplates(_ name: String) throws {
    let template = try Template(parsing: try #require(Profiles.text(of: name)))
    #expect(template.isEmpty == (name == "none"))
  }

  @Test(
    "Which daemons are needed is read from the commands",
    arguments: [
      ("ospf-cost", ["ospfd"], "ospfd"), ("advertise-default-gw", ["bgpd"], "bgpd"),
      ("route-map", ["bgpd"], "bgpd"), ("clear", ["bgpd"], "bgpd"), ("none", [], nil),
    ] as [(String, [String], String?)])
  func daemonsOfProfiles(_ name: String, _ names: [String], _ only: String?) throws {
    let daemons = FRRDaemons(neededBy: try Template(parsing: try #require(Profiles.text(of: name))))
    #expect(daemons.names == names)
    #expect(daemons.only == only)
  }

  @Test("vtysh is not restricted to a daemon where a command may be for another one")
  func unknownCommandsAreForAnyone() throws {
    let template = try Template(parsing: "[takeover]\nrouter bgp\n bgp router-id 1.2.3.4\nfrobnicate {vni}")
    let daemons = FRRDaemons(neededBy: template)
    #expect(daemons.names == ["bgpd"])
    #expect(daemons.only == nil)
    #expect(daemons.unknownLine == "frobnicate …")
    let findings = try check(daemons: "")
    #expect(findings.contains { $0.severity == .warning && $0.message.contains("'frobnicate …'") })
    let named = try check(daemons: "bgpd")
    #expect(!named.contains { $0.severity == .warning })
  }

  private func check(daemons: String) throws -> [Finding] {
    let frr = try FakeFRR()
    let file = "\(frr.folder)/template"
    try "[takeover]\nrouter bgp\nfrobnicate {vni}\n".write(toFile: file, atomically: false, encoding: .utf8)
    let plugin = FRRHookPlugin()
    let options = [
      "vtysh": frr.path, "vty-socket": frr.folder, "templates": file, "daemons": daemons, "confirm": "off",
    ]
    let values = try PluginOptionValues(decoding: options.map { ($0.key, $0.value) }, for: plugin)
    return try plugin.inspect(values, for: VNISet(vni(1)...vni(3)))
  }
}
