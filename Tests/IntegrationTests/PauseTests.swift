import Foundation
import GatewayLab
import LinuxNetworking
import Synchronization
import Testing
import WMGFramework

extension Integration {
  /// Gateways whose time stands still for a while (SIGSTOP, a virtual machine that is moved) and goes on. All fleets
  /// live at the same time, so that the whole takes little longer than the longest pause.
  @Suite struct PauseTests {
    @Test(
      "A pause of 1, 3, 10, 60 s: alone nothing changes; some of three let go at the first word they hear")
    func pauses() throws {
      var scenes: [PauseScene] = []
      defer { for scene in scenes { scene.remove() } }
      for seconds in [60, 10, 3, 1] {
        let duration = Duration.seconds(seconds)
        scenes.append(try PauseScene("alone for \(seconds) s", gateways: 1) { try $0.pauseAlone(duration) })
        scenes.append(
          try PauseScene("two of three for \(seconds) s", gateways: 3) {
            try $0.pauseSome([0, 1], duration)
          })
      }
      // In one fleet one after the other, as 60 s pass anyway.
      let inTurn = [1, 3, 10, 60].map { Duration.seconds($0) }
      scenes.append(
        try PauseScene("one of three for 1, 3, 10, 60 s in turn", gateways: 3) { scene in
          for duration in inTurn { try scene.pauseSome([1], duration) }
        })
      scenes.append(
        try PauseScene("one of three for 1, 3, 10, 60 s in turn, with guards", gateways: 3, isGuarded: true) {
          scene in
          for duration in inTurn { try scene.pauseGuarded([1], duration) }
        })
      scenes.append(
        try PauseScene("two of three for 1 and 3 s in turn, with guards", gateways: 3, isGuarded: true) {
          scene in
          for duration in inTurn.prefix(2) { try scene.pauseGuarded([0, 1], duration) }
        })
      scenes.append(
        try PauseScene("alone for 10 s, with a guard", gateways: 1, isGuarded: true) {
          try $0.pauseAlone(.seconds(10))
        })
      for seconds in [60, 10] {
        scenes.append(
          try PauseScene("two of three for \(seconds) s, with guards", gateways: 3, isGuarded: true) {
            try $0.pauseGuarded([0, 1], .seconds(seconds))
          })
      }
      scenes.append(
        try PauseScene("all three for 10 s, guards too, continued at once", gateways: 3, isGuarded: true) {
          try $0.pauseAll(.seconds(10), continuing: [0, 1, 2], apart: .zero)
        })
      for (name, order, gap) in [
        ("at once", [0, 1, 2], Duration.zero),
        ("the last one first, 400 ms apart", [2, 1, 0], .milliseconds(400)),
        ("the second one first, 2 s apart", [1, 2, 0], .seconds(2)),
      ] {
        scenes.append(
          try PauseScene("all three for 10 s, continued \(name)", gateways: 3) {
            try $0.pauseAll(.seconds(10), continuing: order, apart: gap)
          })
      }
      let threads = try scenes.map { scene in try LoopThread(name: "scene") { _ in scene.play() } }
      for thread in threads { thread.join() }
      for scene in scenes {
        print("pause, \(scene.name): \(scene.findings.joined(separator: "; "))")
        #expect(scene.complaints.isEmpty, "\(scene.name): \(scene.complaints.joined(separator: "; "))")
      }
    }
  }
}

/// A fleet with the default timing in a network of its own, to which one thing happens.
private final class PauseScene: Sendable {
  let name: String
  private let network: LabNetwork
  private let observer: OwnershipObserver
  private let command: DaemonCommand
  private let isGuarded: Bool
  private let act: @Sendable (PauseScene) throws -> Void
  private let said = Mutex<(findings: [String], complaints: [String])>(([], []))

  /// D and I.
  private var detectionTime: Duration { command.interval * 3 }
  /// What is to be done at once may take this long on a machine with two processors, on which a dozen fleets live.
  private let patience = Duration.milliseconds(150)
  private let claimDelay = Duration.milliseconds(300)

  init(
    _ name: String, gateways: Int, isGuarded: Bool = false,
    act: @escaping @Sendable (PauseScene) throws -> Void
  ) throws {
    self.name = name
    self.act = act
    self.isGuarded = isGuarded
    let vnis = VNISet(VNI(rawValue: 1)!...VNI(rawValue: 20)!)
    network = try LabNetwork(
      LabConfiguration(
        gatewayCount: gateways, vnis: vnis, topology: .direct, hasClient: false, prefix: "wmgpause"))
    observer = try OwnershipObserver(network)
    command = DaemonCommand(
      binary: try Daemon.path(), vnis: vnis, further: isGuarded ? [] : ["--guard", "off"])
  }

  func remove() {
    observer.stop()
    network.remove()
  }

  var findings: [String] { said.withLock { $0.findings } }
  var complaints: [String] { said.withLock { $0.complaints } }

  private func find(_ text: String) { said.withLock { $0.findings.append(text) } }
  private func expect(_ isSo: Bool, _ text: @autoclosure () -> String) {
    if !isSo { said.withLock { $0.complaints.append(text()) } }
  }

  func play() {
    do {
      for gateway in network.gateways { try gateway.start(command) }
      // All of them, or what is assigned later would look like a change.
      guard pollUntil(.seconds(30), { observer.owned.allSatisfy { !$0.isEmpty } }),
        observer.waitForOneOwnerEach(patience: .seconds(15), calm: .milliseconds(500)) != nil
      else { return expect(false, "not one owner each at the start: \(picture)") }
      // The overlap of handovers counts from a claim delay after the start on.
      pause(.seconds(1))
      try act(self)
    } catch {
      expect(false, "\(error)")
    }
  }

  // MARK: - What happens

  func pauseAlone(_ duration: Duration) throws {
    let before = network.gateways[0].log().matches(of: /msg=(takeover|release|"ownership changed")/).count
    observer.beginRecord()
    setPaused(true, [0])
    pause(duration)
    setPaused(false, [0])
    pause(detectionTime + .seconds(2))
    let record = observer.record()
    expect(record.unowned.isEmpty && record.shared.isEmpty, "not always one owner: \(record.unownedVNIs)")
    let log = network.gateways[0].log()
    expect(log.matches(of: /msg=(takeover|release|"ownership changed")/).count == before, "\(picture)")
    expect(log.contains("nobody heard: serving on") == (duration >= detectionTime), "\(picture)")
    // It is as lively as before.
    try network.setProtodown(true, of: [VNI(rawValue: 7)!], at: 0)
    let isRepaired = pollUntil(.seconds(5)) {
      network.gateways[0].log().contains("protodown was set on vrrp4-7") && observer.exceptions == 0
    }
    expect(isRepaired, "does not repair: \(picture)")
    find("no transition")
  }

  /// Some of three stand still together, and go on together.
  func pauseSome(_ sleepers: [Int], _ duration: Duration) throws {
    let before = observer.soleOwners
    let ears = try sleepers.map { try AdvertisementEar(at: network.gateways[$0]) }
    defer { for ear in ears { ear.stop() } }
    setPaused(true, sleepers)
    pause(duration)
    if duration > detectionTime * 2 {
      expect(served(without: sleepers) == network.plan.vnis.count, "the rest has not taken over: \(picture)")
    }
    observer.beginRecord()
    let awake = BootTimeClock.now
    setPaused(false, sleepers)
    let isSettled = pollUntil(.seconds(12)) {
      observer.soleOwners == before && BootTimeClock.now - awake > .seconds(2)
    }
    expect(isSettled, "the owners are not those of the assignment: \(picture)")
    pause(.milliseconds(500))
    expect(observer.soleOwners == before, "it does not stay so: \(picture)")

    let record = observer.record()
    guard duration > detectionTime else {
      // Nothing is to be let go that nobody has taken. At a detection time exactly it is either.
      if duration < detectionTime {
        expect(record.unowned.isEmpty && record.shared.isEmpty, "something moved: \(record.sharedVNIs)")
      }
      expect(record.longestUnowned <= .milliseconds(50) + patience, "unowned for \(record.longestUnowned)")
      find(
        record.shared.isEmpty ? "nothing moved" : "one owner each, shared for at most \(record.longestShared)"
      )
      return
    }
    // What arrives while a daemon finds out that it slept is from before that.
    let heard = ears.compactMap { $0.first(since: awake + .milliseconds(20)) }
    expect(heard.count == sleepers.count, "nothing heard after waking")
    let double = record.shared.filter { $0.start <= awake + .milliseconds(20) }
    expect(!double.isEmpty, "there were no two owners")
    guard let first = heard.max(), let last = double.map(\.end).max() else { return }
    expect(double.allSatisfy { !$0.isOpen }, "two owners without end: \(picture)")
    expect(last - first <= patience, "two owners until \(last - first) after the first advertisement")
    expect(first - awake <= command.interval + patience, "the rest spoke only after \(first - awake)")
    expect(record.longestUnowned <= patience, "unowned for \(record.longestUnowned)")
    find("heard \(first - awake) after waking, the last surplus VNI standby \(last - first) later")
  }

  /// The same with guards, which see that their gateways say nothing. The third of three does not sleep.
  func pauseGuarded(_ sleepers: [Int], _ duration: Duration) throws {
    let before = observer.soleOwners
    let held = observer.owned
    let ear = try AdvertisementEar(at: network.gateways[2])
    defer { ear.stop() }
    // Heard so long ago, a pause of a detection time is long enough for peers and guards, whose turn comes soon after it.
    let isHeard = pollUntil(.seconds(10)) {
      sleepers.allSatisfy { sleeper in
        let now = BootTimeClock.now
        guard let last = ear.last(of: network.gateways[sleeper].uid, before: now) else { return false }
        return now - last > .milliseconds(250) && now - last < .milliseconds(750)
      }
    }
    expect(isHeard, "their advertisements are too far apart: \(picture)")
    observer.beginRecord()
    let asleep = BootTimeClock.now
    setPaused(true, sleepers)
    pause(duration)
    let sleeping = observer.record()
    let slept = BootTimeClock.now
    var lastWords: [Int: MonotonicInstant] = [:]
    for sleeper in sleepers {
      lastWords[sleeper] = ear.last(of: network.gateways[sleeper].uid, before: asleep)
    }
    guard lastWords.count == sleepers.count else { return expect(false, "not heard before the pause") }
    let owned = observer.owned
    let silences = lastWords.mapValues { slept - $0 }
    for (sleeper, silence) in silences {
      if silence > detectionTime + .milliseconds(200) {
        expect(owned[sleeper].isEmpty, "not let go in the sleep: \(picture)")
      } else if silence < detectionTime + .milliseconds(100) {
        expect(owned[sleeper] == held[sleeper], "let go after \(silence): \(picture)")
      }
    }
    let areGivenUp = silences.values.allSatisfy { $0 > detectionTime + .milliseconds(50) + patience }
    if areGivenUp {
      expect(served(without: sleepers) == network.plan.vnis.count, "the rest has not taken over: \(picture)")
    }
    // What the one held may be assigned to the other, who sleeps as well, until that one is given up, too.
    let given = (lastWords.values.max() ?? asleep) + detectionTime + .milliseconds(50) + patience
    expect(
      sleeping.unowned.allSatisfy { (!areGivenUp || !$0.isOpen) && $0.end <= given },
      "unowned for \(sleeping.longestUnowned), beyond the expiry of both")
    var latest = Duration.zero
    for interval in sleeping.shared {
      guard let place = network.plan.index(of: interval.vni), let owner = before[place],
        let lastWord = lastWords[owner]
      else { continue }
      latest = max(latest, interval.end - lastWord)
    }
    expect(
      latest <= detectionTime + .milliseconds(200), "two owners until \(latest) after the last advertisement")

    observer.beginRecord()
    let awake = BootTimeClock.now
    setPaused(false, sleepers)
    let isSettled = pollUntil(.seconds(12)) {
      observer.soleOwners == before && BootTimeClock.now - awake > .seconds(2)
    }
    expect(isSettled, "not as it was: \(picture)")
    pause(.milliseconds(500))
    expect(observer.soleOwners == before, "it does not stay so: \(picture)")
    let record = observer.record()
    let longest = record.unowned.max { $0.duration < $1.duration }
    expect(
      record.longestUnowned <= patience,
      "VNIs \(record.unownedVNIs) unowned for at most \(record.longestUnowned), "
        + "from \(longest.map { $0.start - awake } ?? .zero) after waking on: \(picture)")
    find(
      sleeping.shared.isEmpty
        ? "nothing moved in the sleep"
        : "surplus VNIs standby \(latest) after the last advertisement, "
          + "shared for at most \(sleeping.longestShared)"
    )
  }

  /// How many VNIs have an owner that does not sleep.
  private func served(without sleepers: [Int]) -> Int {
    let owned = observer.owned
    return network.gateways.indices.filter { !sleepers.contains($0) }.reduce(0) { $0 + owned[$1].count }
  }

  /// All stand still at once, as virtual machines of one host do, and go on in some order.
  func pauseAll(_ duration: Duration, continuing order: [Int], apart gap: Duration) throws {
    let before = observer.soleOwners
    observer.beginRecord()
    setGuardsPaused(true, [0, 1, 2])
    setPaused(true, [0, 1, 2])
    pause(duration)
    let slept = observer.record()
    expect(slept.unowned.isEmpty && slept.shared.isEmpty, "something moved by itself")
    observer.beginRecord()
    let awake = BootTimeClock.now
    for gateway in order {
      setGuardsPaused(false, [gateway])
      setPaused(false, [gateway])
      pause(gap)
    }
    let isSettled = pollUntil(.seconds(20)) {
      observer.soleOwners == before && BootTimeClock.now - awake > detectionTime + gap * 2 + .seconds(2)
    }
    expect(isSettled, "the owners are not those of the assignment: \(picture)")
    pause(.seconds(1))
    expect(observer.soleOwners == before, "it does not stay so: \(picture)")
    let record = observer.record()
    expect(record.longestUnowned <= claimDelay + patience, "unowned for \(record.longestUnowned)")
    find(
      "\(record.unownedVNIs.count) VNIs unowned for at most \(record.longestUnowned), "
        + "\(record.sharedVNIs.count) shared for at most \(record.longestShared)")
  }

  // MARK: -

  private func setPaused(_ isPaused: Bool, _ gateways: [Int]) {
    for gateway in gateways {
      if isPaused {
        network.gateways[gateway].daemon?.pause()
      } else {
        network.gateways[gateway].daemon?.resume()
      }
    }
  }

  /// Stops the guards' time, or lets it go on, as when the whole machine stands still.
  private func setGuardsPaused(_ isPaused: Bool, _ gateways: [Int]) {
    for gateway in gateways {
      guard let pid = network.gateways[gateway].daemon?.pid else { continue }
      let children = SystemFile.read("/proc/\(pid)/task/\(pid)/children") ?? ""
      let guards = children.split { $0 == " " || $0 == "\n" }.compactMap { pid_t($0) }
      expect(guards.count == (isGuarded ? 1 : 0), "\(guards.count) guards of \(gateway)")
      for guardian in guards { kill(guardian, isPaused ? SIGSTOP : SIGCONT) }
    }
  }

  private var picture: String {
    let owned = observer.owned
    return network.gateways.map { gateway in
      let last = gateway.log().split(separator: "\n").suffix(6).joined(separator: " | ")
      return "\n\(gateway.name): \(owned[gateway.index]); \(last)"
    }.joined()
  }
}
