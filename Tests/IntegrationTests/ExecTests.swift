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

    private func vnis(_ event: String, _ file: String) -> VNISet {
      let sets = heard(file).filter { $0.event == event }.compactMap { try? VNISet(parsing: $0.vnis) }
      return VNISet(sets.flatMap(Array.init))
    }

    @Test("A command hears of the start, a takeover, a release with the new owner, and the stop")
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
      #expect(pollUntil(.seconds(5)) { vnis("takeover", "\(folder)/11") == Fleet.vnis })
      let first = heard("\(folder)/11")
      #expect(first[0].event == "prepare" && first[0].vnis == "\(Fleet.vnis)")
      #expect(first[1].list[6] == .init(vni: 7, interface: "vrrp4-7", owner: "11"))
      // Interfaces come up in batches; what comes while the command runs is one call.
      #expect((2...4).contains(first.count))

      try fleet.start([1])
      #expect(pollUntil(.seconds(5)) { !vnis("release", "\(folder)/11").isEmpty }, "\(fleet.picture)")
      let taken = vnis("release", "\(folder)/11")
      #expect(pollUntil(.seconds(5)) { fleet.observer.owned[1] == taken })
      let release = try #require(heard("\(folder)/11").last)
      #expect(release.event == "release" && release.list.allSatisfy { $0.owner == "12" })
      #expect(pollUntil(.seconds(5)) { vnis("takeover", "\(folder)/12") == taken })
      let calls = heard("\(folder)/11").count

      let daemon = try #require(fleet.network.gateways[0].daemon)
      daemon.terminate()
      #expect(daemon.wait(for: .seconds(8)) == .exited(0))
      let last = heard("\(folder)/11").suffix(1).map { "\($0.event) \($0.vnis)" }
      #expect(last == ["stop \(VNISet(Fleet.vnis.filter { !taken.contains($0) }))"])
      #expect(heard("\(folder)/11").count == calls + 1)
      let counters = try #require(try fleet.status(1).counters["exec"])
      #expect(counters["calls", default: 0] > 0)
      #expect(counters["calls-failed", default: 0] == 0)
    }

    @Test("Where nobody waits for the command, the stop does, as long as it says")
    func notifying() throws {
      let folder = "/tmp/wmgexecnotify\(getpid())"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let script = "\(folder)/notify"
      try "#!/bin/sh\n[ $WMG_EVENT = stop ] || exit 0\nsleep 3\necho \"$WMG_VNIS\" > ${0%/*}/stopped\n".write(
        toFile: script, atomically: false, encoding: .utf8)
      chmod(script, 0o755)
      let fleet = try Fleet(
        interval: .milliseconds(200), ["--set", "exec.command=\(script)", "--set", "exec.mode=notify"])
      fleet.command.effectors = "macvlan,garp,exec"
      try fleet.start([0])
      let daemon = try #require(fleet.network.gateways[0].daemon)
      daemon.terminate()
      #expect(daemon.wait(for: .seconds(15)) == .exited(0))
      #expect((try? String(contentsOfFile: "\(folder)/stopped", encoding: .utf8)) == "\(Fleet.vnis)\n")
    }

    @Test("An exit code counts, though the daemon was started with SIGCHLD ignored")
    func ignoredSignal() throws {
      let folder = "/tmp/wmgexecsignal\(getpid())"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      func write(_ script: String, to name: String) throws -> String {
        try "#!/bin/sh\n\(script)\n".write(
          toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
        chmod("\(folder)/\(name)", 0o755)
        return "\(folder)/\(name)"
      }
      let failing = try write("sleep 0.1; exit 5", to: "failing")
      let fleet = try Fleet(
        interval: .milliseconds(200), ["--set", "exec.command=\(failing)", "--set", "exec.mode=notify"])
      fleet.command.effectors = "macvlan,garp,exec"
      fleet.command.binary = try write("trap '' CHLD\nexec '\(fleet.command.binary)' \"$@\"", to: "start")
      let gateway = fleet.network.gateways[0]
      try gateway.start(fleet.command)
      #expect(pollUntil(.seconds(5)) { gateway.log().contains("exited with 5") }, "\(fleet.picture)")
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
