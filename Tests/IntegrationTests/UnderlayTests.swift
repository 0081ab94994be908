import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration {
  /// What happens on the network where gateways hear each other.
  @Suite struct UnderlayTests {
    @Test("The underlay address goes and comes back", arguments: ["keep", "release"])
    func addressRemoved(_ policy: String) throws {
      let fleet = try Fleet(.direct, ["--when-isolated", policy])
      try fleet.start()
      let before = fleet.observer.soleOwners
      fleet.observer.beginRecord()
      try fleet.network.removeUnderlayAddress(of: 1)
      pause(fleet.detectionTime + .milliseconds(700))
      #expect(fleet.observer.owned[1].isEmpty == (policy == "release"))
      #expect(try fleet.status(1).isolated != nil)
      // Its peers have missed it, whatever it does.
      #expect(fleet.observer.owned[0].count + fleet.observer.owned[2].count == 100)
      let away = fleet.observer.record()
      #expect(away.longestUnowned <= (policy == "keep" ? .zero : fleet.detectionTime + .milliseconds(200)))

      fleet.observer.beginRecord()
      try fleet.network.restoreUnderlayAddress(of: 1)
      #expect(
        pollUntil(fleet.detectionTime * 2 + .seconds(3)) { fleet.observer.soleOwners == before },
        "\(fleet.picture)")
      let back = fleet.observer.record()
      #expect(back.longestUnowned <= fleet.takeover)
      #expect(back.longestShared <= fleet.detectionTime + .seconds(1))
      #expect(try fleet.status(1).isolated == nil)
    }

    @Test("The underlay cable is pulled and plugged in again")
    func cablePulled() throws {
      let fleet = try Fleet()
      try fleet.start()
      let before = fleet.observer.soleOwners
      try fleet.network.cut(.underlay, of: 2)
      pause(fleet.detectionTime + .milliseconds(700))
      #expect(fleet.observer.owned[0].count + fleet.observer.owned[1].count == 100)
      #expect(try fleet.status(2).isolated != nil)
      fleet.observer.beginRecord()
      try fleet.network.restore(.underlay, of: 2)
      #expect(
        pollUntil(fleet.detectionTime * 2 + .seconds(3)) { fleet.observer.soleOwners == before },
        "\(fleet.picture)")
      #expect(fleet.observer.record().longestUnowned <= fleet.takeover)
    }

    @Test("Gateways that start without an underlay address wait for it")
    func lateAddress() throws {
      let fleet = try Fleet()
      for gateway in 0..<3 { try fleet.network.removeUnderlayAddress(of: gateway) }
      for gateway in fleet.network.gateways { try gateway.start(fleet.command) }
      pause(.seconds(1))
      #expect(fleet.network.gateways.allSatisfy { $0.daemon?.isRunning == true })
      for gateway in 0..<3 { try fleet.network.restoreUnderlayAddress(of: gateway) }
      try fleet.expectOneOwnerEach(within: fleet.detectionTime + .seconds(3))
      #expect(fleet.observer.owned.allSatisfy { $0.count >= 15 })
    }

    @Test("A flood of garbage moves nothing")
    func garbage() throws {
      let fleet = try Fleet()
      try fleet.start()
      fleet.observer.beginRecord()
      let flood = try Flood(fleet, "garbage", count: 20_000)
      defer { flood.end() }
      #expect(flood.wait() == .exited(0))
      pause(fleet.detectionTime + .milliseconds(300))
      let record = fleet.observer.record()
      #expect(record.unowned.isEmpty && record.shared.isEmpty)
      #expect(fleet.network.gateways.allSatisfy { $0.daemon?.isRunning == true })
      for gateway in 0..<3 { #expect(try fleet.status(gateway).peers.count == 2) }
    }

    @Test(
      "A flood of forged uids: memory stays bounded, and a detection time later everything is right again")
    func forgedUIDs() throws {
      let fleet = try Fleet()
      try fleet.start()
      let before = fleet.observer.soleOwners
      let flood = try Flood(fleet, "forged", count: 20_000)
      defer { flood.end() }
      #expect(flood.wait() == .exited(0))
      for gateway in 0..<3 {
        let status = try fleet.status(gateway)
        #expect(status.peers.count <= 1024)
        // Known peers stay known.
        let known = Set(status.peers.map(\.uid))
        #expect(known.isSuperset(of: [11, 12, 13].filter { $0 != 11 + gateway }.map(String.init)))
      }
      let limit = fleet.detectionTime + .milliseconds(50) + fleet.takeover + .milliseconds(500)
      #expect(pollUntil(limit) { fleet.observer.soleOwners == before }, "\(fleet.picture)")
      try fleet.expectOneOwnerEach(within: .seconds(1))
      for gateway in fleet.network.gateways {
        let pid = try #require(gateway.daemon?.pid)
        #expect(try residentMemory(of: pid) < 48 << 20)
      }
    }
  }
}

/// Sends packets to the discovery's port, from the switch.
private struct Flood {
  private static let program = """
    import os, random, socket, subprocess, sys, time
    kind, count = sys.argv[1], int(sys.argv[2])
    subprocess.run(['ip', 'addr', 'replace', '10.0.1.200/24', 'brd', '10.0.1.255', 'dev', 'underlay'], check=True)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    lengths = [length for length in range(64) if length != 8] + [1400]
    for number in range(count):
        length = 8 if kind == 'forged' else random.choice(lengths)
        sender.sendto(os.urandom(length), ('10.0.1.255', 3000))
        if number % 100 == 99:
            time.sleep(0.005)
    """
  private let process: ChildProcess

  init(_ fleet: Fleet, _ kind: String, count: Int) throws {
    process = try ChildProcess(
      "/usr/bin/env", ["python3", "-c", Self.program, kind, "\(count)"],
      namespace: fleet.network.switchNamespace)
  }

  func wait() -> ChildProcess.Ending? { process.wait(for: .seconds(30)) }

  func end() { process.end(patience: .zero) }
}

private func residentMemory(of pid: Int32) throws -> Int {
  let pages = try String(contentsOfFile: "/proc/\(pid)/statm", encoding: .ascii).split(separator: " ")[1]
  return try #require(Int(pages)) * Int(sysconf(Int32(_SC_PAGESIZE)))
}
