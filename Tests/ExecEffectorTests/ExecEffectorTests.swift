import LinuxNetworking
import Testing
import WMGFramework

@testable import ExecEffector

@Suite struct ExecEffectorTests {
  private func set(_ text: String) throws -> VNISet { try VNISet(parsing: text) }

  @Test("A batch is one call, and is reported once it has ended well")
  func oneCallPerBatch() throws {
    let command = try TestCommand("sleep 0.2")
    let gateway = try DirectEffector(command).prepared()
    #expect(command.events == ["prepare 1-100"])
    try gateway.takeOver("1-50,60")
    #expect(gateway.vnis(.active).isEmpty)
    #expect(gateway.turns { gateway.vnis(.active).count == 51 })
    try gateway.release("60", to: 12)
    #expect(gateway.turns { gateway.vnis(.active).count == 50 })
    #expect(command.events == ["prepare 1-100", "takeover 1-50,60", "release 60"])
    #expect(
      command.input.last
        == #"{"version":1,"event":"release","uid":"7","vnis":"60","count":1,"list":[{"vni":60,"interface":"vrrp4-60","owner":"12"}]}"#
    )
  }

  @Test("Told what it was told before, it runs nothing")
  func levelTriggered() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command).prepared()
    try gateway.release("1-100")
    try gateway.takeOver("1-3")
    #expect(gateway.turns { gateway.vnis(.active).count == 3 })
    try gateway.takeOver("1-3")
    #expect(!gateway.turns(within: .milliseconds(200)) { command.events.count > 2 })
    #expect(command.events == ["prepare 1-100", "takeover 1-3"])
  }

  @Test("One at a time; what was taken and given back meanwhile needs no call")
  func merging() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command).prepared()
    try command.become("mkdir \(command.folder)/lock || exit 9; sleep 0.3; rmdir \(command.folder)/lock")
    try gateway.takeOver("1-10")
    try gateway.takeOver("20-29")
    try gateway.release("20-24")
    try gateway.release("5")
    try gateway.takeOver("5")
    try gateway.takeOver("30")
    #expect(gateway.turns { gateway.vnis(.active).description == "1-10,25-30" })
    #expect(command.events == ["prepare 1-100", "takeover 1-10", "takeover 25-30"])
    #expect(gateway.counters["changes-merged"] == 6)
    #expect(gateway.counters["calls-failed"] == 0)
  }

  @Test(
    "Another exit code fails the batch, with the last line of standard error; told again, it is tried again")
  func failing() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command).prepared()
    try command.become("echo one >&2; echo 'no such bridge' >&2; echo >&2; exit 3")
    try gateway.takeOver("1-3")
    #expect(gateway.turns { gateway.reason(VNI(rawValue: 3)!) != nil })
    #expect(gateway.reason(VNI(rawValue: 1)!) == "\(command.path) exited with 3: no such bridge")
    try command.become("")
    try gateway.takeOver("1-3")
    #expect(gateway.turns { gateway.vnis(.active).count == 3 })
    // What failed may have been done in part, so a release is told.
    try command.become("exit 1")
    try gateway.takeOver("9")
    #expect(gateway.turns { gateway.reason(VNI(rawValue: 9)!) != nil })
    try command.become("")
    try gateway.release("9")
    #expect(
      gateway.turns {
        !gateway.vnis(.active).contains(VNI(rawValue: 9)!) && command.events.last == "release 9"
      })
  }

  @Test("A command can say which VNIs alone have failed")
  func failingInPart() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command).prepared()
    try command.become("echo 'failed 2, 4-5: no such bridge'; echo 'failed nonsense'; exit 1")
    try gateway.takeOver("1-6")
    #expect(gateway.turns { gateway.vnis(.active).description == "1,3,6" })
    #expect(gateway.reason(VNI(rawValue: 4)!) == "\(command.path): no such bridge")
  }

  @Test(
    "A command that fails and names none of its VNIs has failed for all of them",
    arguments: ["failed 99: no such bridge", "failed  99: no such bridge", "failed: 2", "failed 0", "failed"])
  func failingElsewhere(_ line: String) throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command).prepared()
    try command.become("echo '\(line)'; echo 'all is lost' >&2; exit 3")
    try gateway.takeOver("1-2")
    #expect(gateway.turns { gateway.reason(VNI(rawValue: 2)!) != nil })
    #expect(gateway.vnis(.active).isEmpty)
    #expect(gateway.reason(VNI(rawValue: 1)!) == "\(command.path) exited with 3: all is lost")
  }

  @Test("Of what a command names, only its own VNIs count")
  func failingInPartAndElsewhere() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command).prepared()
    // A line of all VNIs there can be takes no longer than one of these.
    try command.become("for i in 1 2 3 4 5 6 7 8; do echo 'failed 2,4-16777215: gone'; done; exit 3")
    try gateway.takeOver("1-3")
    #expect(gateway.turns { gateway.vnis(.active).description == "1,3" })
    #expect(gateway.reason(VNI(rawValue: 2)!) == "\(command.path): gone")
  }

  @Test("A line for each of 10,000 VNIs is read to the end; where there is too much, all have failed")
  func failingInManyParts() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command, vnis: "1-20000")
    try command.become(
      "i=1; while [ $i -le 9999 ]; do echo failed $i: no such bridge; i=$((i + 1)); done; exit 1")
    gateway.effector.takeOver(Array(try set("1-10000")))
    #expect(gateway.turns { gateway.reason(VNI(rawValue: 9999)!) != nil })
    #expect(gateway.vnis(.active).description == "10000")
    try command.become("echo failed 1: x; head -c 2000000 /dev/zero | tr '\\0' '\\n'; exit 1")
    gateway.effector.takeOver(Array(try set("11000-11009")))
    #expect(gateway.turns { gateway.reason(VNI(rawValue: 11000)!) != nil })
    #expect(gateway.vnis(.active).description == "10000")
  }

  @Test("A VNI that keeps failing at the start does not make the releases of others a start")
  func preparingInPart() throws {
    let command = try TestCommand("case $WMG_EVENT in prepare) echo failed 5: broken; exit 1 ;; esac")
    let gateway = try DirectEffector(command)
    try gateway.effector.prepare(set("1-5"))
    #expect(gateway.turns { gateway.vnis(.standby).count == 4 })
    try gateway.release("5")
    #expect(gateway.turns { command.events.count == 2 })
    try gateway.takeOver("1-2")
    #expect(gateway.turns { gateway.vnis(.active).count == 2 })
    try gateway.release("1")
    #expect(gateway.turns { gateway.vnis(.active).count == 1 })
    try gateway.takeOver("5")
    #expect(gateway.turns { gateway.vnis(.active).count == 2 })
    try gateway.release("5")
    #expect(gateway.turns { gateway.vnis(.active).count == 1 })
    #expect(
      command.events == ["prepare 1-5", "prepare 5", "takeover 1-2", "release 1", "takeover 5", "release 5"])
  }

  @Test("VNIs that come while the gateway runs are released")
  func adding() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command).prepared()
    gateway.effector.add(try set("101-102"))
    #expect(gateway.turns { gateway.vnis(.standby).count == 102 })
    #expect(command.events == ["prepare 1-100", "release 101-102"])
  }

  @Test("A command that hangs is killed with what it has started")
  func killing() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command, ["timeout": "300ms"]).prepared()
    try command.become("sleep 60 & echo $! > \(command.folder)/child; wait")
    try gateway.takeOver("1")
    #expect(
      gateway.turns { gateway.reason(VNI(rawValue: 1)!)?.contains("had not ended after 300ms") == true })
    #expect(gateway.counters["calls-killed"] == 1)
    let child = try #require(command.lines("child").first)
    #expect(
      gateway.turns {
        guard let status = SystemFile.read("/proc/\(child)/stat") else { return true }
        return status.contains(") Z ")
      })
  }

  @Test("In mode notify nobody waits, and what failed is told again")
  func notifying() throws {
    let command = try TestCommand("[ -e ${0%/*}/again ] || { touch ${0%/*}/again; exit 1; }")
    let gateway = try DirectEffector(command, ["mode": "notify"])
    try gateway.effector.prepare(set("1-3"))
    #expect(gateway.vnis(.standby).count == 3)
    #expect(gateway.turns { command.events.count == 2 })
    #expect(command.events == ["prepare 1-3", "prepare 1-3"])
    try command.become("sleep 0.3")
    try gateway.takeOver("1")
    #expect(gateway.vnis(.active).description == "1")
    try gateway.release("1")
    #expect(gateway.vnis(.active).isEmpty)
    #expect(gateway.turns { command.events.count == 4 })
    #expect(command.events.suffix(2) == ["takeover 1", "release 1"])
  }

  @Test("A stop is one call with what was held", arguments: ["confirm", "notify"])
  func stopping(_ mode: String) throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command, ["mode": mode]).prepared()
    try gateway.takeOver("1-5")
    #expect(gateway.turns { command.events.count == 2 })
    try command.become("sleep 0.2; echo done >> \(command.folder)/done")
    gateway.effector.prepareToStop()
    try gateway.release("1-100")
    gateway.effector.stop()
    #expect(command.events == ["prepare 1-100", "takeover 1-5", "stop 1-5"])
    #expect(command.lines("done") == ["done"])
    #expect(gateway.vnis(.standby).count == 100)
  }

  @Test("The stop is told after the last release, however they come")
  func stoppingInParts() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command).prepared()
    try gateway.takeOver("1-5")
    #expect(gateway.turns { gateway.vnis(.active).count == 5 })
    gateway.effector.prepareToStop()
    try gateway.release("6-100")
    try gateway.release("1-2")
    #expect(gateway.turns { gateway.vnis(.active).count == 3 })
    try gateway.release("3-5")
    #expect(gateway.turns { gateway.vnis(.active).isEmpty })
    gateway.effector.stop()
    #expect(command.events == ["prepare 1-100", "takeover 1-5", "release 1-2", "stop 3-5"])
  }

  @Test("A stop is told after a command that hangs, which has its time, and has its own")
  func stoppingAfterOneThatHangs() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command, ["timeout": "500ms", "mode": "notify"]).prepared()
    #expect(gateway.turns { command.events.count == 1 })
    try command.become("[ $WMG_EVENT = stop ] || sleep 60; sleep 0.3; echo done >> \(command.folder)/done")
    try gateway.takeOver("1-5")
    gateway.effector.prepareToStop()
    try gateway.release("1-100")
    gateway.effector.stop()
    #expect(command.events.last == "stop 1-5")
    #expect(command.lines("done") == ["done"])
  }

  @Test("A gateway that held nothing stops with a call, too; one that never started does not")
  func stoppingWithNothing() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command).prepared()
    gateway.effector.prepareToStop()
    try gateway.release("1-100")
    gateway.effector.stop()
    #expect(command.events == ["prepare 1-100", "stop"])
    let other = try TestCommand()
    try DirectEffector(other).effector.stop()
    #expect(other.events.isEmpty)
  }

  @Test("A command that hangs does not hold up a stop")
  func stoppingWhileItHangs() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command, ["timeout": "500ms"]).prepared()
    try command.become("sleep 60")
    try gateway.takeOver("1-5")
    let begin = BootTimeClock.now
    gateway.effector.prepareToStop()
    try gateway.release("1-100")
    gateway.effector.stop()
    #expect(BootTimeClock.now - begin < .seconds(3))
    #expect(gateway.vnis(.standby).count == 100)
  }

  @Test("Held VNIs are told again only where that is wanted")
  func refreshing() throws {
    for (option, expected) in [("off", []), ("on", ["refresh 1-2"])] {
      let command = try TestCommand()
      let gateway = try DirectEffector(command, ["refresh": option]).prepared()
      try gateway.takeOver("1-2")
      #expect(gateway.turns { gateway.vnis(.active).count == 2 })
      gateway.effector.refresh(Array(try set("1-3")))
      _ = gateway.turns(within: .milliseconds(300)) { command.events.count > 2 }
      #expect(Array(command.events.dropFirst(2)) == expected)
    }
  }

  @Test("More VNIs than fit into a variable are several calls")
  func manyVNIs() throws {
    let command = try TestCommand()
    let gateway = try DirectEffector(command, vnis: "16000000-16025000")
    let scattered = VNISet(try set("16000000-16025000").filter { $0.rawValue % 2 == 0 })
    try gateway.effector.prepare(scattered)
    #expect(gateway.turns { gateway.vnis(.standby).count == scattered.count })
    #expect(gateway.counters["calls"] == 2)
    #expect(gateway.counters["calls-failed"] == 0)
  }

  @Test("Python reads what it is told, with uids beyond 2^53 unharmed")
  func python() throws {
    let command = try TestCommand()
    try command.write(
      """
      #!/usr/bin/python3
      import json, os, sys
      event = json.load(sys.stdin)
      assert event["version"] == 1 and event["count"] == len(event["list"]) == int(os.environ["WMG_COUNT"])
      assert event["vnis"] == os.environ["WMG_VNIS"] and event["event"] == os.environ["WMG_EVENT"]
      with open(os.path.dirname(sys.argv[0]) + "/events", "a") as file:
          print(event["uid"], event["list"][0]["vni"], event["list"][0]["owner"], sys.argv[1:], file=file)

      """)
    let gateway = try DirectEffector(
      command, ["arguments": #"--site 'Berlin 2' "a\"$HOME" b\ c"#], uid: .max - 1)
    try gateway.effector.prepare(set("9"))
    #expect(gateway.turns { gateway.vnis(.standby).count == 1 })
    try gateway.takeOver("9")
    #expect(gateway.turns { gateway.vnis(.active).count == 1 })
    let arguments = #"['--site', 'Berlin 2', 'a"$HOME', 'b c']"#
    #expect(
      command.events == [
        "18446744073709551614 9 None \(arguments)",
        "18446744073709551614 9 18446744073709551614 \(arguments)",
      ])
  }
}
