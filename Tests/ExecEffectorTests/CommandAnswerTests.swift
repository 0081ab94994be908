import LinuxNetworking
import Testing
import WMGFramework

@testable import ExecEffector

@Suite struct CommandAnswerTests {
  private func failed(
    _ output: String, of called: String = "1-6", ending: ProgramRun.Ending = .exited(1),
    isOutputTruncated: Bool = false
  ) throws -> String {
    let vnis = Array(try VNISet(parsing: called))
    let run = ProgramRun(ending: ending, output: output, isOutputTruncated: isOutputTruncated)
    let answer = CommandAnswer(run, path: "/c", patience: .seconds(1), vnis: vnis)
    return VNISet(vnis.filter { answer.failure(of: $0) != nil }).description
  }

  @Test("Lines say which VNIs failed, with the reason of each")
  func parts() throws {
    #expect(try failed("failed 2, 4-5: no such bridge\nfailed 6\nfailed to say more") == "2,4-6")
    #expect(try failed("failed 2: no such bridge", ending: .exited(0)) == "")
    let run = ProgramRun(ending: .exited(1), output: "failed 1-3: wide\nfailed 2: inner\nfailed 5: late")
    let vnis = [1, 2, 3, 4, 5].map { VNI(rawValue: $0)! }
    let answer = CommandAnswer(run, path: "/c", patience: .seconds(1), vnis: vnis)
    #expect(vnis.map { answer.failure(of: $0) } == ["/c: wide", "/c: wide", "/c: wide", nil, "/c: late"])
  }

  @Test("One that was ended before it had said everything has failed as a whole")
  func ended() throws {
    for ending in [ProgramRun.Ending.signalled(15), .timedOut, .unknown] {
      #expect(try failed("failed 2: no such bridge", ending: ending) == "1-6")
    }
    #expect(try failed("failed 2: no such bridge", isOutputTruncated: true) == "1-6")
  }

  @Test("One that names only VNIs of others has failed as a whole")
  func others() throws {
    #expect(try failed("failed 70-80: no such bridge") == "1-6")
    #expect(try failed("failed 70-80: x\nfailed 3: x") == "3")
  }

  @Test("A range of millions costs no more than what it has of the call")
  func wide() throws {
    let output = String(repeating: "failed 7-16777215: broken\n", count: 10_000)
    let begin = BootTimeClock.now
    #expect(try failed(output, of: "1-10000") == "7-10000")
    #expect(BootTimeClock.now - begin < .seconds(5))
  }
}
