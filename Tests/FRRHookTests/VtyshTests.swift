import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

@testable import FRRHook

@Suite struct VtyshTests {
  func make(_ frr: FakeFRR, timeout: Duration = .seconds(5)) -> Vtysh {
    Vtysh(path: frr.path, sockets: DaemonSockets(folder: frr.folder), timeout: timeout)
  }

  @Test("After eight rejected commands the rest is not tried, and says so")
  func givesUp() throws {
    let frr = try FakeFRR(vtysh: "shift 3; echo \"% Unknown command: $1\"; exit 1")
    let daemons = FRRDaemons(exactly: ["bgpd", "zebra"])
    let rejections = try make(frr).execute((1...20).map { "clear \($0)" }, for: daemons).get()
    #expect(frr.calls.count == 8)
    #expect(rejections.map(\.position) == Array(0..<20))
    #expect(rejections[7].text == "unknown command")
    #expect(rejections[8...].allSatisfy { $0.text == "not run after 8 rejections" })
  }

  @Test("All calls for a list of commands have one deadline")
  func oneDeadline() throws {
    let frr = try FakeFRR(vtysh: "sleep 0.3; shift 3; echo \"% Unknown command: $1\"; exit 1")
    let vtysh = make(frr, timeout: .milliseconds(450))
    let begin = BootTimeClock.now
    let result = vtysh.execute(
      (1...8).map { "clear \($0)" }, for: FRRDaemons(exactly: ["bgpd", "zebra"]))
    #expect(throws: VtyshFailure.self) { try result.get() }
    #expect(BootTimeClock.now - begin < .seconds(2))
  }

  @Test("A daemon that ended since it was looked at is the one that is named")
  func connectsToNone() throws {
    let frr = try FakeFRR(vtysh: "echo 'Exiting: failed to connect to any daemons.' >&2; exit 1")
    frr.end("bgpd")
    let result = make(frr).configure(["router bgp"], for: FRRDaemons(exactly: ["bgpd"]))
    #expect(throws: VtyshFailure.daemonsDown(["bgpd"], folder: frr.folder)) { try result.get() }
  }

  @Test("One that is killed after its first complaint has not read the rest")
  func killedAfterAComplaint() throws {
    let frr = try FakeFRR(vtysh: "echo 'line 1: % Unknown command[17]: x' >&2; kill -9 $$")
    let result = make(frr).configure(["x", "y"], for: FRRDaemons(exactly: ["bgpd"]))
    #expect(throws: VtyshFailure.self) { try result.get() }
  }

  @Test("What a daemon declines with a mere remark is taken, and remarked")
  func remarks() throws {
    let frr = try FakeFRR(vtysh: "echo '% Specify remote-as or peer-group commands first'")
    var vtysh = make(frr)
    var remarks: [String] = []
    vtysh.onRemark = { remarks.append($0) }
    let rejections = try vtysh.configure(["neighbor x"], for: FRRDaemons(exactly: ["bgpd"])).get()
    #expect(rejections.isEmpty)
    #expect(remarks == ["Specify remote-as or peer-group commands first"])
  }

  @Test("Nothing of what vtysh is told goes into its user's history")
  func leavesTheHistoryAlone() throws {
    let frr = try FakeFRR(vtysh: "echo \"$VTYSH_HISTFILE\"")
    let run = try make(frr).show(["show version"], for: FRRDaemons(exactly: ["zebra"])).get()
    #expect(run.output == "/dev/null\n")
    #expect(try make(frr).configure(["x"], for: FRRDaemons(exactly: ["zebra"])).get().isEmpty)
  }

  @Test("What vtysh says of its own file, which few may read, is not why it failed")
  func namesTheReason() throws {
    let frr = try FakeFRR(
      vtysh: """
        echo "% Can't open configuration file /etc/frr/vtysh.conf due to 'Permission denied'." >&2
        echo 'could not lookup user ID 64123' >&2; exit 1
        """)
    let result = make(frr).configure(["router bgp"], for: FRRDaemons(exactly: ["bgpd"]))
    let failure = VtyshFailure.ended(how: "exit code 1", text: "could not lookup user ID 64123")
    #expect(throws: failure) { try result.get() }
  }
}
