import Foundation
import GatewayLab
import Testing
import WMGFramework

extension Integration {
  /// What docs/OPERATIONS.md has operators do beside FRR is what the fabric does, and works.
  @Suite("OPERATIONS", Requirement.fabric) struct OperationsTests {
    @Test("FRR's configurations are those of the fabric, and the interfaces shown can be switched")
    func shownIsWhatRuns() throws {
      let blocks = MarkdownBlock.all(in: try Repository.text(of: "docs/OPERATIONS.md")).map(\.text)
      let network = try FabricNetwork(
        FabricConfiguration(vnis: try VNISet(parsing: "1"), topology: .direct, prefix: "wmgexp"))
      defer { network.remove() }
      for frr in [network.gatewayFRR[0], network.accessPoint] {
        let running = try String(contentsOfFile: "\(frr.folder)/bgpd.conf", encoding: .utf8)
        #expect(blocks.contains(running), "\(running)")
      }
      // Of the route reflector one neighbour is shown.
      let shown = try #require(blocks.first { $0.hasPrefix("hostname rr\n") })
      let running = try String(contentsOfFile: "\(network.routeReflector.folder)/bgpd.conf", encoding: .utf8)
      var rest = running.split(separator: "\n")[...]
      for line in shown.split(separator: "\n") {
        let position = try #require(rest.firstIndex(of: line), "\(line)")
        rest = rest[(position + 1)...]
      }

      let namespace = network.gateways[0].namespace
      for (vni, topology) in [(7, "veth"), (8, "direct")] {
        let lines = try #require(blocks.first { $0.hasPrefix("link add br\(vni) type bridge\n") })
        try run("ip -batch - <<'END'\n\(lines)END\n", in: namespace)
        let checked = try run("'\(try Daemon.path())' check --vnis \(vni)", in: namespace)
        #expect(
          checked.contains("topology \(topology)") && checked.contains(" 0 errors, 0 warnings"), "\(checked)")
        #expect(try run("ip -br link show vrrp4-\(vni)", in: namespace).contains("NO-CARRIER"))
        try run("ip link set vrrp4-\(vni) protodown off", in: namespace)
        let isUp = pollUntil(.seconds(5)) {
          (try? run("ip -br link show vrrp4-\(vni)", in: namespace))?.contains("LOWER_UP") == true
        }
        #expect(isUp, "vrrp4-\(vni)")
        try run("sysctl -q -w net.ipv4.neigh.vrrp4-\(vni).retrans_time_ms=100", in: namespace)
      }
    }

    /// What a shell prints in a namespace; it must succeed.
    @discardableResult
    private func run(_ script: String, in namespace: String) throws -> String {
      let file = NSTemporaryDirectory() + "wmgexp-\(getpid())-\(UUID().uuidString)"
      defer { unlink(file) }
      let child = try ChildProcess(
        "/bin/sh", ["-c", "PATH=$PATH:/usr/sbin:/sbin\n\(script)"], namespace: namespace,
        output: .file(file), errors: .file(file))
      let ending = child.wait(for: .seconds(30))
      let output = try String(contentsOfFile: file, encoding: .utf8)
      try #require(ending == .exited(0), "\(script): \(output)")
      return output
    }
  }
}
