import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

@testable import FRRHook

@Suite struct AnswerTests {
  @Test("A bad line of a file is told by its number")
  func rejectedLines() {
    let run = ProgramRun(
      ending: .exited(2),
      errors: """
        line 4: % Unknown command[82]:    advertise-default-gwx
        line 8: % Command incomplete[17]: interface\u{20}

        line 99: % Unknown command[82]: beyond
        """)
    #expect(
      VtyshAnswer.rejections(in: run, count: 10) == [
        Vtysh.Rejection(position: 3, text: "unknown command"),
        Vtysh.Rejection(position: 7, text: "command incomplete"),
      ])
  }

  @Test("What a daemon refuses comes with its reason, where that can be told")
  func refusedLines() {
    var run = ProgramRun(
      ending: .exited(4), output: "% Specify remote-as or peer-group commands first\n",
      errors: "line 2: Failure to communicate[13] to bgpd, line:  neighbor 10.9.0.77 activate\n\n")
    #expect(
      VtyshAnswer.rejections(in: run, count: 2) == [
        Vtysh.Rejection(position: 1, text: "refused by bgpd: Specify remote-as or peer-group commands first")
      ])
    run.output = ""
    #expect(VtyshAnswer.rejections(in: run, count: 2).map(\.text) == ["refused by bgpd"])
  }

  @Test("Of many commands the one at which vtysh stopped is found")
  func refusedCommand() {
    let run = ProgramRun(ending: .exited(1), output: "% Unknown command: clear bogus\n")
    let refusal = VtyshAnswer.refusedCommand(in: run, of: ["clear bgp *", "clear bogus", "show x"])
    #expect(refusal == Vtysh.Rejection(position: 1, text: "unknown command"))
    #expect(VtyshAnswer.refusedCommand(in: ProgramRun(ending: .exited(1)), of: ["a", "b"]) == nil)
  }

  static let local = """
    {
      "00:00:5e:00:00:01":{
        "type":"local",
        "intf":"vrrp4-1",
        "ifindex":6,
        "defaultGateway":true,
        "isDuplicate":false,
        "neighbors":{
          "active":[
            "10.100.1.1"
          ],
          "inactive":[
          ]
        }
      }
    }
    """

  @Test("Answers to several questions are told apart by their order")
  func macs() {
    let frozen = Self.local.replacing("\"isDuplicate\":false", with: "\"isDuplicate\":true")
    let remote = Self.local.replacing("\"local\"", with: "\"remote\"")
    let text = [Self.local, "{}", "% VNI 7 does not exist", frozen, remote].joined(separator: "\n")
    let answers = EVPNMac.answers(in: text)
    #expect(answers.map(\.isLocal) == [true, false, false, true, false])
    #expect(answers.map(\.isDuplicate) == [false, false, false, true, false])
    #expect(answers.first?.interface == "vrrp4-1")
  }

  @Test(
    "What is no JSON is no answer, and does no harm",
    arguments: ["{", "{\"a\"", "{\"a\":}", "[1,", "{\"a\":\"", String(repeating: "[", count: 100_000)])
  func brokenJSON(_ text: String) {
    #expect(EVPNMac.answers(in: text).allSatisfy { !$0.isLocal })
  }

  @Test("The fifth takeover within the window is beyond the budget, later ones are not")
  func budget() {
    var budget = MoveBudget(takeovers: 4, within: .seconds(180))
    let start = MonotonicInstant(nanoseconds: 0)
    let spent = (0..<5).map { budget.spend(vni(1), at: start + .seconds(10 * $0)) }
    #expect(spent == [false, false, false, false, true])
    let other = budget.spend(vni(2), at: start + .seconds(50))
    let later = budget.spend(vni(1), at: start + .seconds(400))
    #expect(!other && !later)
  }
}
