import ArgumentParser
import NamespaceFixture
import Testing
import WMGFramework

@testable import FRRHook

@Suite struct RenderTests {
  func render(_ arguments: String...) throws -> String {
    let command = try #require(try FRRCommand.parseAsRoot(["render"] + arguments) as? RenderCommand)
    return try command.rendering(of: FRRHookPlugin())
  }

  @Test("What is rendered is what would be run")
  func renders() throws {
    #expect(
      try render("--profile", "ospf-cost", "--takeover", "900001-900002", "--set", "frr.vty-socket=/x") == """
        # takeover of VNIs 900001-900002
        /usr/bin/vtysh --vty_socket /x -d ospfd -f /dev/stdin <<'END'
        interface vrrp4-900001
         ip ospf cost 100
        interface vrrp4-900002
         ip ospf cost 100
        END
        """)
    let text = try render("--profile", "route-map", "--takeover", "1", "--start", "--stop")
    #expect(text.contains("route-map wmgwd2-vnis permit 1\n match evpn vni 1\nEND"))
    #expect(
      text.contains("/usr/bin/vtysh --vty_socket /run/frr -d bgpd -c 'clear bgp l2vpn evpn * soft out'"))
  }

  @Test("Bad arguments are one line, with exit code 64")
  func refuses() {
    for arguments in [
      ["render"], ["rendr"], [], ["render", "--takeover", "0"], ["render", "--profile", "x", "--start"],
      ["render", "--profile", "route-map", "--takeover", "65001"],
    ] {
      let error = #expect(throws: PluginError.self) { try FRRHookPlugin().runCommand(arguments) }
      #expect(error?.description.contains("\n") == false)
      if case .unusable(_, _, let code)? = error { #expect(code == 64) }
    }
  }

  @Test("A command that there is not is told from those there are")
  func unknownCommand() {
    for (arguments, text) in [
      (["rendr"], "frr rendr: no such command (did you mean 'render'?); there is: render"),
      ([], "frr needs a command; there is: render"),
    ] {
      let error = #expect(throws: PluginError.self) { try FRRHookPlugin().runCommand(arguments) }
      #expect(error?.description == text)
    }
    #expect(throws: Never.self) { try FRRHookPlugin().runCommand(["--help"]) }
  }

  @Test("route-map refuses VNIs whose entries would be others'")
  func refusesVNIsBeyondRouteMap() throws {
    let plugin = FRRHookPlugin()
    let values = try PluginOptionValues(decoding: [("profile", "route-map")], for: plugin)
    try plugin.refuseVNIsBeyondProfile(values, VNISet(vni(1)...vni(65000)), from: "--vnis")
    let error = #expect(throws: PluginError.self) {
      try plugin.refuseVNIsBeyondProfile(values, VNISet(vni(64999)...vni(65002)), from: "--vnis")
    }
    #expect(
      error?.description == "--set frr.profile=route-map takes VNIs up to 65000; --vnis has 65001")
    #expect(throws: PluginError.self) { try render("--profile", "route-map", "--release", "65001") }
  }

  @Test("All profiles are described")
  func describes() {
    let details = FRRHookPlugin().details
    for name in Profiles.names { #expect(details.contains("Profile '\(name)':")) }
    #expect(details.contains("\n       advertise-default-gw\n"))
  }
}
