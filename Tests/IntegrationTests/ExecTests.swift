import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration {
  /// The effector `exec` in real daemons: what its command hears of a gateway's life.
  @Suite struct ExecTests {
    private struct Heard: Decodable, Equatable {
      struct Overlay: Decodable, Equatable {
        var vni: UInt32
        var interface: String
        var owner: String?
      }
      var event: String
      var uid: String
      var vnis: String
      var list: [Overlay]
    }

    private func heard(_ file: String) -> [Heard] {
      let lines = (try? String(contentsOfFile: file, encoding: .utf8))?.split(separator: "\n") ?? []
      return lines.compactMap { try? JSONDecoder().decode(Heard.self, from: Data($0.utf8)) }
    }

    @Test("A command hears of the start, a takeover, a release with the new owner, and the stop: a call each")
    func lifeOfAGateway() throws {
      let folder = "/tmp/wmgexecdaemon\(getpid())"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let script = "\(folder)/notify"
      try "#!/bin/sh\nexec cat >> \"$1/$WMG_UID\"\n".write(toFile: script, atomically: false, encoding: .utf8)
      chmod(script, 0o755)
      let settings = ["--set", "exec.command=\(script)", "--set", "exec.arguments='\(folder)'"]
      let fleet = try Fleet(interval: .milliseconds(200), settings)
      fleet.command.effectors = "macvlan,garp,exec"

      try fleet.start([0])
      let all = "\(Fleet.vnis)"
      #expect(pollUntil(.seconds(5)) { heard("\(folder)/11").count == 2 })
      #expect(
        heard("\(folder)/11").map { "\($0.event) \($0.vnis)" } == ["prepare \(all)", "takeover \(all)"])
      #expect(heard("\(folder)/11")[1].list[6] == .init(vni: 7, interface: "vrrp4-7", owner: "11"))

      try fleet.start([1])
      let taken = fleet.observer.owned[1]
      #expect(pollUntil(.seconds(5)) { heard("\(folder)/11").count == 3 && heard("\(folder)/12").count == 2 })
      let release = try #require(heard("\(folder)/11").last)
      #expect(release.event == "release" && release.vnis == "\(taken)")
      #expect(release.list.allSatisfy { $0.owner == "12" })
      #expect(heard("\(folder)/12").last?.vnis == "\(taken)")

      let daemon = try #require(fleet.network.gateways[0].daemon)
      daemon.terminate()
      #expect(daemon.wait(for: .seconds(8)) == .exited(0))
      let last = heard("\(folder)/11").suffix(1).map { "\($0.event) \($0.vnis)" }
      #expect(last == ["stop \(VNISet(Fleet.vnis.filter { !taken.contains($0) }))"])
      #expect(heard("\(folder)/11").count == 4)
      #expect(try fleet.status(1).counters["exec"]?["calls-failed"] == nil)
    }

    @Test("A command that hangs holds up neither a takeover by macvlan and garp nor a stop")
    func hanging() throws {
      let fleet = try Fleet(
        interval: .milliseconds(200),
        ["--set", "exec.command=/bin/sleep", "--set", "exec.arguments=60", "--set", "exec.timeout=1s"])
      fleet.command.effectors = "macvlan,garp,exec"
      try fleet.start([0])
      #expect(pollUntil(.seconds(5)) { (try? fleet.status(0).counters["exec"]?["calls-killed"]) ?? 0 > 0 })
      let daemon = try #require(fleet.network.gateways[0].daemon)
      let asked = BootTimeClock.now
      daemon.terminate()
      #expect(daemon.wait(for: .seconds(15)) == .exited(0))
      #expect(BootTimeClock.now - asked < .seconds(8))
      #expect(fleet.observer.owned[0].isEmpty)
    }
  }
}
