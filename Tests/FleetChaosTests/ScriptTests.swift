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
        "protodown off", "busy processors", "link storm", "flood", "SIGHUP",
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
          case .crash, .powerLoss, .pause, .stop, .badLog, .underlayCut:
            #expect(running.contains(gateway))
            away.insert(gateway)
          default: #expect(running.contains(gateway))
          }
        }
        #expect(running.count >= 2 && running.subtracting(away).count >= 1)
        // At most two faults that concern ownership, and those are two pauses.
        let grave = step.faults.filter { !$0.fault.isBurden }
        #expect(grave.count <= 1 || grave.allSatisfy { if case .pause = $0.fault { true } else { false } })
      }
    }
  }

  @Test("Pauses last 1 to 20 s; in a storm also so short that nobody may notice")
  func lengths() {
    let steps = (UInt64(1)...50).flatMap { ChaosScript(Self.options(seed: $0)).steps }
    func pauses(_ isInStorm: Bool) -> [Duration] {
      steps.filter { step in
        if case .linkStorm = step.faults[0].fault { isInStorm } else { !isInStorm }
      }.flatMap(\.faults).filter { if case .pause = $0.fault { true } else { false } }.map(\.length)
    }
    #expect(pauses(false).min()! < .seconds(2) && pauses(false).max()! > .seconds(15))
    #expect(pauses(false).allSatisfy { (.seconds(1)...(.seconds(20))).contains($0) })
    #expect(!pauses(true).isEmpty)
    let unnoticed = Story.timing.detection - Story.timing.interval
    #expect(pauses(true).allSatisfy { $0 < unnoticed - .milliseconds(200) || $0 >= .milliseconds(1500) })
    #expect(pauses(true).contains { $0 < unnoticed } && pauses(true).contains { $0 > .seconds(2) })
  }
}
