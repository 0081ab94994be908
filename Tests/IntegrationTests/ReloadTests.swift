import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration {
  /// SIGHUP: daemons that read their file again apply the difference, and nothing else.
  @Suite("Reload") struct ReloadTests {
    @Test("VNIs come and go in a fleet; those that stay see not one netlink message")
    func vnis() throws {
      let fleet = try ReloadableFleet("vnis = \"1-60\"")
      defer { fleet.end() }
      try fleet.startAndServe(1...60)
      let before = fleet.owners(11...60)
      let daemon = try #require(fleet.daemons.first)
      let gateway = fleet.fleet.network.gateways[0]
      let capture = try NetlinkCapture(of: daemon, in: gateway)
      let events = "\(gateway.logFile).monitor"
      let monitor = try ChildProcess(
        "/usr/bin/env", ["ip", "monitor", "link"], namespace: gateway.namespace, output: .file(events))
      defer {
        monitor.end(patience: .zero)
        unlink(events)
      }
      pause(.milliseconds(300))
      fleet.fleet.observer.beginRecord()
      try fleet.write("vnis = \"11-80\"")
      fleet.reload()
      #expect(pollUntil(.seconds(5)) { fleet.serves(11...80) }, "\(fleet.fleet.picture)")
      #expect(pollUntil(.seconds(3)) { (0..<3).allSatisfy { fleet.knows($0, 11...80) } })
      pause(.milliseconds(500))
      let record = fleet.fleet.observer.record()
      let stayed = (record.unowned + record.shared).map(\.vni.rawValue).filter { (11...60).contains($0) }
      #expect(stayed.isEmpty)
      #expect(fleet.owners(11...60) == before)

      let messages = try capture.finish()
      monitor.terminate()
      let seen = try String(contentsOfFile: events, encoding: .utf8)
      let asked = Self.interfaces(in: messages.joined(separator: "\n"))
      let changed = Self.interfaces(in: seen)
      // The capture works: it has what came and went here.
      let mine = Set(fleet.fleet.observer.owned[0].map(\.rawValue).filter { $0 > 60 })
      #expect(!mine.isEmpty && asked.isSuperset(of: mine) && changed.isSuperset(of: mine))
      #expect(asked.isDisjoint(with: 11...60), "\(asked.sorted())")
      #expect(changed.isDisjoint(with: 11...60), "\(changed.sorted())")
      #expect(asked.isSubset(of: Set(1...10).union(61...80)))
      #expect(!messages.contains { $0.contains("NLM_F_DUMP") })
    }

    @Test("The same file again: not one netlink message at all")
    func nothingChanged() throws {
      let fleet = try ReloadableFleet("vnis = \"1-60\"")
      defer { fleet.end() }
      try fleet.startAndServe(1...60)
      let daemon = try #require(fleet.daemons.first)
      let capture = try NetlinkCapture(of: daemon, in: fleet.fleet.network.gateways[0])
      let requests = try fleet.fleet.status(0).counters["macvlan"]?["netlink-requests"]
      fleet.reload()
      #expect(fleet.waitForLog(0, "configuration read again"))
      pause(.milliseconds(500))
      // The discovery looks at its interface from time to time; no macvlan is asked for or switched.
      let messages = try capture.finish()
      #expect(Self.interfaces(in: messages.joined(separator: "\n")).isEmpty, "\(messages)")
      #expect(try fleet.fleet.status(0).counters["macvlan"]?["netlink-requests"] == requests)
      #expect(fleet.log(0).contains("changed=nothing"))
    }

    @Test("A bad file changes nothing and says so; the next good one counts")
    func badFile() throws {
      let fleet = try ReloadableFleet("vnis = \"1-60\"")
      defer { fleet.end() }
      try fleet.startAndServe(1...60)
      let before = fleet.fleet.observer.owned
      let status = try fleet.fleet.status(0)
      for text in [
        "vnis = \"1-10\"\nstratgy = \"rendezvous\"", "vnis = \"1-", "vnis = \"1-10\"\nstrategy = \"nobody\"",
        "vnis = \"1-10\"\n[macvlan]\nbatch = 0",
        // Only the effector itself knows that this name would be too long.
        "vnis = \"1-10,16777215\"\n[macvlan]\ninterface = \"gateway-%d\"",
      ] {
        let refused = fleet.log(0).matches(of: /configuration refused/).count
        try fleet.write(text)
        fleet.reload([0])
        #expect(
          pollUntil(.seconds(5)) {
            fleet.log(0).matches(of: /configuration refused/).count == refused + 1
          }, "\(text): \(fleet.log(0))")
      }
      pause(.milliseconds(300))
      #expect(fleet.fleet.observer.owned == before)
      let after = try fleet.fleet.status(0)
      #expect(after.vnis == status.vnis && after.phase == "active")
      #expect(after.counters["core"]?["configurations-refused"] == 5)
      #expect(after.counters["core"]?["configurations-applied"] == nil)
      #expect(fleet.log(0).contains("stratgy: no such key"))

      try fleet.write("vnis = \"1-50\"")
      fleet.reload()
      #expect(pollUntil(.seconds(5)) { fleet.serves(1...50) }, "\(fleet.fleet.picture)")
    }

    @Test(
      "Another strategy in a fleet of three: each VNI has an owner all the time, and only what moves moves")
    func strategy() throws {
      // Long enough for the last of the daemons to have read its file before the first one lets go, on a busy machine.
      let overlap = Duration.seconds(1)
      let fleet = try ReloadableFleet("vnis = \"1-60\"\nstrategy = \"rendezvous-mixed\"", overlap: overlap)
      defer { fleet.end() }
      try fleet.startAndServe(1...60)
      // The overlap counts from a claim delay after the start on.
      pause(.seconds(1))
      let before = fleet.owners(1...60)
      fleet.fleet.observer.beginRecord()
      try fleet.write("vnis = \"1-60\"\nstrategy = \"rendezvous\"")
      fleet.reload()
      #expect((0..<3).allSatisfy { fleet.waitForLog($0, "changed=strategy") })
      let expected = try fleet.assigned(0)
      #expect(try fleet.assigned(1) == expected && fleet.assigned(2) == expected)
      #expect(pollUntil(.seconds(5)) { fleet.owners(1...60) == expected }, "\(fleet.owners(1...60))")
      pause(.milliseconds(300))
      let record = fleet.fleet.observer.record()
      let moved = Set((1...60).filter { before[$0 - 1] != expected[$0 - 1] }.map(UInt32.init))
      #expect(!moved.isEmpty)
      #expect(Set((record.unowned + record.shared).map(\.vni.rawValue)).isSubset(of: moved.union(61...100)))
      #expect(record.unowned.allSatisfy { $0.vni.rawValue > 60 }, "\(record.unownedVNIs)")
      #expect(record.longestShared <= overlap * 2)
    }

    @Test("What cannot change while it runs waits for the restart, and is named; the rest is applied")
    func restart() throws {
      let fleet = try ReloadableFleet("vnis = \"1-20\"")
      defer { fleet.end() }
      try fleet.startAndServe(1...20)
      try fleet.write(
        "vnis = \"1-20\"\npeer-limit = 9\nstop-margin = \"1s\"\nlog-level = \"debug\"\n[garp]\ninterval = \"1s\"\n"
          + "[macvlan]\ninterface = \"gw%d\"")
      let sent = try fleet.fleet.status(0).counters["garp"]?["announcements-sent"] ?? 0
      fleet.reload([0])
      #expect(fleet.waitForLog(0, "takes effect at the next restart"))
      let log = fleet.log(0)
      #expect(log.contains("changed=stop-margin,log-level,garp.interval"), "\(log)")
      #expect(log.contains("options=peer-limit,macvlan.interface"), "\(log)")
      // A refresh every second beside the five announcements of the takeover, whose last is 4.4 s after the first.
      pause(.seconds(8))
      let held = fleet.fleet.observer.owned[0].count
      let now = try fleet.fleet.status(0).counters["garp"]?["announcements-sent"] ?? 0
      #expect(now - sent >= 2 * held * 6, "\(now - sent) for \(held)")
      #expect(fleet.serves(1...20))
    }

    @Test("Without a file there is nothing to read again")
    func withoutFile() throws {
      let network = try Fleet().network
      let gateway = network.gateways[0]
      unlink(gateway.logFile)
      let daemon = try ChildProcess(
        try Daemon.path(), ["--vnis", "1", "--control-socket", gateway.controlSocket],
        namespace: gateway.namespace, errors: .file(gateway.logFile))
      defer { daemon.end(patience: .zero) }
      #expect(pollUntil(.seconds(5)) { gateway.log().contains("listening") })
      daemon.send(SIGHUP)
      #expect(
        pollUntil(.seconds(5)) { gateway.log().contains("there is no configuration file to read again") })
      #expect(daemon.isRunning)
    }

    /// The VNIs whose interfaces a text names.
    private static func interfaces(in text: String) -> Set<UInt32> {
      Set(text.matches(of: /vrrp4-([0-9]+)/).compactMap { UInt32($0.1) })
    }
  }
}

/// Three gateways that are told everything by a file each.
final class ReloadableFleet {
  let fleet: Fleet
  private(set) var daemons: [ChildProcess] = []

  private let overlap: Duration

  init(_ settings: String, overlap: Duration = .milliseconds(200)) throws {
    fleet = try Fleet()
    self.overlap = overlap
    // Daemons of earlier tests have written there.
    for gateway in fleet.network.gateways { unlink(gateway.logFile) }
    try write(settings)
  }

  private func path(_ gateway: LabGateway) -> String { "\(gateway.logFile).toml" }

  /// Writes every gateway's file anew.
  func write(_ settings: String) throws {
    for gateway in fleet.network.gateways {
      try """
      uid = \(gateway.uid)
      interval = "200ms"
      handover-overlap = "\(overlap.optionText)"
      control-socket = "\(gateway.controlSocket)"
      \(settings)
      """.write(toFile: path(gateway), atomically: true, encoding: .utf8)
      chmod(path(gateway), 0o644)
    }
  }

  func startAndServe(_ vnis: ClosedRange<UInt32>) throws {
    for gateway in fleet.network.gateways {
      daemons.append(
        try ChildProcess(
          try Daemon.path(), ["--config", path(gateway)], namespace: gateway.namespace,
          errors: .file(gateway.logFile)))
    }
    try #require(pollUntil(.seconds(8)) { serves(vnis) }, "\(fleet.picture)")
    pause(.milliseconds(300))
  }

  func reload(_ gateways: [Int] = [0, 1, 2]) { for gateway in gateways { daemons[gateway].send(SIGHUP) } }

  /// Whether exactly these have one owner each, and all others none.
  func serves(_ vnis: ClosedRange<UInt32>) -> Bool {
    Fleet.vnis.allSatisfy { fleet.observer.owners(of: $0).count == (vnis.contains($0.rawValue) ? 1 : 0) }
  }

  func owners(_ vnis: ClosedRange<UInt32>) -> [[Int]] {
    vnis.map { VNI(rawValue: $0).map(fleet.observer.owners) ?? [] }
  }

  /// Who has each VNI in a daemon's view.
  func assigned(_ gateway: Int) throws -> [[Int]] {
    try fleet.status(gateway).vnis.map { overlay in
      fleet.network.gateways.indices.filter { "\(fleet.network.gateways[$0].uid)" == overlay.owner }
    }
  }

  /// Whether these are what a daemon's status tells of.
  func knows(_ gateway: Int, _ vnis: ClosedRange<UInt32>) -> Bool {
    (try? fleet.status(gateway).vnis.map(\.vni)) == Array(vnis)
  }

  func log(_ gateway: Int) -> String { fleet.network.gateways[gateway].log() }

  func waitForLog(_ gateway: Int, _ text: String) -> Bool {
    pollUntil(.seconds(5)) { log(gateway).contains(text) }
  }

  func end() {
    for daemon in daemons { daemon.end(patience: .zero) }
    for gateway in fleet.network.gateways { unlink(path(gateway)) }
  }
}
