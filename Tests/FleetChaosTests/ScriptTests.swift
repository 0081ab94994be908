import FleetChaos
import Testing
import WMGFramework

@Suite struct ScriptTests {
  static func options(seed: UInt64, gateways: Int = 4, minutes: Int = 10) -> ChaosScript.Options {
    ChaosScript.Options(
      seed: seed, gateways: gateways, running: max(3, gateways - 1), vnis: 300,
      length: .seconds(60 * minutes),
      timing: Story.timing)
  }

  @Test("The same seed makes the same script, another seed another one")
  func reproducible() {
    #expect(ChaosScript(Self.options(seed: 7)).steps == ChaosScript(Self.options(seed: 7)).steps)
    #expect(ChaosScript(Self.options(seed: 7)).steps != ChaosScript(Self.options(seed: 8)).steps)
  }

  @Test("Every kind of fault comes up within ten minutes")
  func variety() {
    let causes = Set(
      (1...10).flatMap { ChaosScript(Self.options(seed: $0, gateways: 5)).steps }.flatMap(\.faults)
        .map(\.fault.cause))
    #expect(
      causes == [
        "SIGKILL", "power loss", "SIGSTOP", "SIGTERM", "join", "log to a full disk",
        "log to a pipe that nobody reads", "underlay cut", "overlay cut", "hears nobody", "heard by nobody",
        "one-way link", "random loss", "parent flap", "recreated standby", "recreated active", "protodown on",
        "protodown off", "busy processors", "link storm", "netlink overrun", "flood", "SIGHUP",
      ])
    // And within one run of ten minutes nearly all of them.
    let one = ChaosScript(Self.options(seed: 3)).steps
    #expect(Set(one.flatMap(\.faults).map(\.fault.cause)).count >= 14)
  }

  @Test("A fault is only done to a gateway that runs, a join only to one that does not; two are always left")
  func bounded() {
    for seed in UInt64(1)...200 {
      let options = Self.options(seed: seed, gateways: 3 + Int(seed % 3), minutes: 5)
      var running = Set(0..<options.running)
      for step in ChaosScript(options).steps {
        var away = Set<Int>()
        for planned in step.faults {
          guard let gateway = planned.fault.gateway else { continue }
          switch planned.fault {
          case .join:
            #expect(!running.contains(gateway))
            running.insert(gateway)
          case .leave:
            #expect(running.contains(gateway))
            running.remove(gateway)
          case .crash, .powerLoss, .pause, .overrun, .stop, .badLog, .underlayCut:
            #expect(running.contains(gateway))
            away.insert(gateway)
          default: #expect(running.contains(gateway))
          }
        }
        #expect(running.count >= 2 && running.subtracting(away).count >= 1)
        // At most two faults that concern ownership, and those are two pauses.
        let grave = step.faults.filter { !$0.fault.isBurden }
        #expect(grave.count <= 1 || grave.allSatisfy { if case .pause = $0.fault { true } else { false } })
        // Netlink sockets overrun in a storm only, their reader's.
        for case .overrun(let gateway, let vnis, _) in grave.map(\.fault) {
          #expect(!vnis.isEmpty && vnis.allSatisfy((0..<options.vnis).contains))
          guard case .linkStorm(gateway, _)? = step.faults.first?.fault else {
            Issue.record("no storm at g\(gateway + 1)")
            continue
          }
        }
      }
    }
  }

  @Test("Pauses last 1 to 20 s; a netlink overrun comes before anyone notices, or has its time")
  func lengths() {
    let faults = (UInt64(1)...50).flatMap { ChaosScript(Self.options(seed: $0)).steps }.flatMap(\.faults)
    let pauses = faults.filter { if case .pause = $0.fault { true } else { false } }.map(\.length)
    #expect(pauses.min()! < .seconds(2) && pauses.max()! > .seconds(15))
    #expect(pauses.allSatisfy { (.seconds(1)...(.seconds(20))).contains($0) })
    let overruns = faults.filter { if case .overrun = $0.fault { true } else { false } }.map(\.length)
    #expect(Set(overruns) == [.milliseconds(850), .seconds(15)])
  }
}
