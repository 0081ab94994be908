import Foundation
import GatewayLab
import Testing
import WMGFramework

/// Examples/FRRExperiment, as its reader would run it: the file that is documented is the one that is tested.
private enum Experiment {
  static let folder = Repository.root.appendingPathComponent("Examples/FRRExperiment")

  static func template(_ topology: FabricTopology) -> String {
    let name = topology == .veth ? "owner-communities.frr" : "owner-communities-direct.frr"
    return folder.appendingPathComponent(name).path
  }
}

/// What its README shows; needs neither root nor FRR.
@Suite("FRR experiment, its README") struct FRRExperimentReadmeTests {
  @Test("What the README shows of 'frr render' is what it prints")
  func rendering() throws {
    let blocks = MarkdownBlock.all(in: try Repository.text(of: "Examples/FRRExperiment/README.md"))
    let position = try #require(
      blocks.firstIndex { $0.language == "sh" && $0.text.contains("frr render") })
    let shown = try #require(blocks.dropFirst(position + 1).first)
    #expect(shown.language == "text")
    #expect(try output(of: blocks[position].text) == shown.text)
  }

  /// What a shell prints, in the example's folder and with our `wmgwd2` on its path.
  private func output(of script: String) throws -> String {
    let file = NSTemporaryDirectory() + "wmgexp-\(getpid())-\(UUID().uuidString)"
    defer { unlink(file) }
    let place = URL(fileURLWithPath: try Daemon.path()).deletingLastPathComponent().path
    let child = try ChildProcess(
      "/bin/sh", ["-c", "PATH='\(place)':$PATH; cd '\(Experiment.folder.path)' || exit; \(script)"],
      output: .file(file), errors: .file(file))
    #expect(child.wait(for: .seconds(10)) == .exited(0))
    return try String(contentsOfFile: file, encoding: .utf8)
  }
}

extension Integration {
  /// The experiment for real: two gateways in an EVPN fabric, seen on the route reflector.
  @Suite("FRR experiment", Requirement.fabric) struct FRRExperimentTests {
    @Test(
      "The communities are on the owner's routes on the route reflector, and move with the VNI",
      arguments: FabricTopology.allCases)
    func communitiesFollowOwners(_ topology: FabricTopology) throws {
      let fabric = try ExperimentFabric(topology, vnis: "1-8")
      defer { fabric.remove() }
      for gateway in [0, 1] { try fabric.startDaemon(gateway) }
      let shared = try fabric.expectMarksOfOwners("both serve")
      #expect(Set(shared.map(\.mark.next)) == ["10.0.1.11", "10.0.1.12"], "both should own something")

      // An orderly stop, and a join.
      try fabric.stopDaemon(1)
      let alone = try fabric.expectMarksOfOwners("the second has stopped")
      #expect(alone.allSatisfy { $0.mark.next == "10.0.1.11" })
      #expect(
        try !fabric.network.gatewayFRR[1].vtysh("show running-config").contains("large-community"),
        "an orderly stop should take away what the template has configured")

      try fabric.startDaemon(1)
      #expect(try fabric.expectMarksOfOwners("the second is back") { $0 == shared } == shared)
    }
  }
}

/// Two gateways that run the experiment.
private final class ExperimentFabric {
  /// How the route for a VNI's virtual MAC is marked.
  struct Mark: Hashable {
    var next: String
    var community: String?
    var largeCommunity: String?
  }
  struct MarkedVNI: Hashable {
    var vni: VNI
    var mark: Mark
  }

  let network: FabricNetwork
  private let observer: OwnershipObserver

  init(_ topology: FabricTopology, vnis: String) throws {
    network = try FabricNetwork(
      FabricConfiguration(vnis: try VNISet(parsing: vnis), topology: topology, prefix: "wmgexp"))
    do {
      observer = try OwnershipObserver(network)
    } catch {
      network.remove()
      throw error
    }
  }

  func remove() {
    observer.stop()
    network.remove()
  }

  func startDaemon(_ gateway: Int) throws {
    try network.gateways[gateway].start(
      DaemonCommand(
        binary: try Daemon.path(), vnis: network.configuration.vnis, interval: .milliseconds(200),
        effectors: "macvlan,garp,frr",
        further: [
          "--set", "frr.vty-socket=\(network.gatewayFRR[gateway].folder)", "--set",
          "frr.templates=\(Experiment.template(network.configuration.topology))", "--uid",
          "\(Self.uid(gateway))", "--strategy", "rendezvous-mixed",
        ]))
  }

  func stopDaemon(_ gateway: Int) throws {
    let daemon = try #require(network.gateways[gateway].daemon)
    #expect(daemon.end(patience: .seconds(10)) == .exited(0))
  }

  /// Waits until the route reflector has exactly one route for each VNI's virtual MAC, from the VNI's owner and with
  /// the marks that the README promises.
  func expectMarksOfOwners(
    _ when: String, and condition: ([MarkedVNI]) -> Bool = { _ in true },
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [MarkedVNI] {
    var marks: [MarkedVNI] = []
    let areRight = pollUntil(.seconds(10)) {
      marks = (try? marksOnRouteReflector()) ?? []
      return marks == expected && condition(marks)
    }
    #expect(areRight, "\(when): \(marks), owners \(observer.soleOwners)", sourceLocation: sourceLocation)
    return marks
  }

  /// What the README promises, by who is up.
  private var expected: [MarkedVNI]? {
    var marks: [MarkedVNI] = []
    for (vni, owner) in zip(network.plan.vnis, observer.soleOwners) {
      guard let owner else { return nil }
      marks.append(
        MarkedVNI(
          vni: vni,
          mark: Mark(
            next: "\(network.gateways[owner].underlayAddress)", community: "65001:1",
            largeCommunity: "65001:\(vni):\(Self.uid(owner))")))
    }
    return marks
  }

  private static func uid(_ gateway: Int) -> Int { 11 + gateway }

  /// The routes for virtual MACs on the route reflector, by VNI.
  private func marksOnRouteReflector() throws -> [MarkedVNI] {
    let json = try network.routeReflector.vtysh("show bgp l2vpn evpn route detail json")
    let table = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    var marks: [MarkedVNI] = []
    for case let routes as [String: Any] in table.values {
      for case let route as [String: Any] in routes.values where route["routeType"] as? Int == 2 {
        let paths = (route["paths"] as? [[[String: Any]]] ?? []).flatMap { $0 }
        for path in paths {
          guard
            let mac = route["mac"] as? String,
            let vni = network.plan.vnis.first(where: { AddressPlan.virtualMAC($0) == mac }),
            let next = (path["nexthops"] as? [[String: Any]])?.first?["ip"] as? String
          else { continue }
          marks.append(
            MarkedVNI(
              vni: vni,
              mark: Mark(
                next: next, community: (path["community"] as? [String: Any])?["string"] as? String,
                largeCommunity: (path["largeCommunity"] as? [String: Any])?["string"] as? String)))
        }
      }
    }
    return marks.sorted { ($0.vni, $0.mark.next) < ($1.vni, $1.mark.next) }
  }
}
