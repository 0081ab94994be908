import Glibc
import NamespaceFixture
import Testing
import WMGFramework

@testable import LinuxNetworking

@Suite struct ProgramEndTests {
  private func start(_ program: ExternalProgram) throws -> RunningProgram {
    let output = try CapturedStream(limit: 0)
    return try program.start(input: DescriptorInUse(memory: ""), output: output, errors: output)
  }

  @Test("One look at an output ends, however fast more comes")
  func boundedReads() async {
    await #expect(processExitsWith: .success) {
      alarm(10)
      let stream = try CapturedStream(limit: 100)
      // Never empty, as a pipe whose writer is always quicker.
      let endless = open("/dev/zero", O_RDONLY | O_CLOEXEC)
      dup2(endless, stream.readingEnd)
      stream.read()
      exit(stream.text.isEmpty || stream.isAtEnd ? 1 : 0)
    }
  }

  @Test("A program that does not die is not waited for, and reaped when it has died")
  func undying() throws {
    let program = try start(ExternalProgram("/bin/sleep", ["2"]))
    let begin = BootTimeClock.now
    #expect(UnreapedPrograms.reap(program.pid, within: .milliseconds(100)) == nil)
    #expect(BootTimeClock.now - begin < .seconds(1))
    #expect(SystemFile.read("/proc/\(program.pid)/stat") != nil)
    kill(program.pid, SIGKILL)
    #expect(
      try eventually {
        _ = try ExternalProgram("/bin/true").run(within: .seconds(5))
        return SystemFile.read("/proc/\(program.pid)/stat") == nil
      })
  }

  @Test("A program that has left its group is killed, too")
  func otherGroup() throws {
    let begin = BootTimeClock.now
    let run = try ExternalProgram(
      "/usr/bin/python3", ["-c", "import os, time; os.setpgid(0, os.getpgid(os.getppid())); time.sleep(20)"]
    ).run(within: .milliseconds(500))
    #expect(run.ending == .timedOut)
    #expect(BootTimeClock.now - begin < .seconds(5))
  }

  @Test("How a program has ended is not guessed where SIGCHLD is ignored, and known again after that")
  func ignoredSignal() async {
    await #expect(processExitsWith: .success) {
      signal(SIGCHLD, SIG_IGN)
      // One that is gone before it can be watched would be an error.
      let program = ExternalProgram("/bin/sh", ["-c", "sleep 0.2; exit 1"])
      let unseen = try program.run(within: .seconds(5)).ending
      ChildSignal.restore()
      let seen = try program.run(within: .seconds(5)).ending
      exit(unseen == .unknown && seen == .exited(1) ? 0 : 1)
    }
  }
}
