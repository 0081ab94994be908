import Glibc
import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

@Suite struct ExternalProgramTests {
  func script(_ text: String) -> ExternalProgram { ExternalProgram("/bin/sh", ["-c", text]) }

  @Test("Input, outputs and exit code are the program's own")
  func runs() throws {
    var program = script("cat; echo sorry >&2; exit 3")
    program.input = "hello"
    #expect(
      try program.run(within: .seconds(5))
        == ProgramRun(ending: .exited(3), output: "hello", errors: "sorry\n"))
    #expect(try script("kill -9 $$").run(within: .seconds(5)).ending == .signalled(9))
  }

  @Test("A program that hangs is killed with all it has started, and leaves no zombie")
  func kills() throws {
    let begin = BootTimeClock.now
    let run = try script("sleep 60 & echo $!; wait").run(within: .milliseconds(300))
    #expect(run.ending == .timedOut)
    #expect(BootTimeClock.now - begin < .seconds(3))
    let child = try #require(pid_t(run.output.prefix { $0 != "\n" }))
    #expect(eventually { isGone(child) })
  }

  // Init, where there is one, reaps what lost its parent.
  private func isGone(_ process: pid_t) -> Bool {
    guard let status = SystemFile.read("/proc/\(process)/stat") else { return true }
    return status.contains(") Z ")
  }

  @Test("What a program leaves behind does not keep us waiting")
  func doesNotWaitForOrphans() throws {
    let begin = BootTimeClock.now
    let run = try script("sleep 60 & echo done").run(within: .seconds(30))
    #expect(run == ProgramRun(ending: .exited(0), output: "done\n"))
    #expect(BootTimeClock.now - begin < .seconds(3))
  }

  @Test("Output beyond the limit is dropped")
  func bounded() throws {
    var program = script("head -c 1000000 /dev/zero | tr '\\0' x")
    program.outputLimit = 1000
    let run = try program.run(within: .seconds(10))
    #expect(run.ending == .exited(0))
    #expect(run.output.utf8.count == 1000)
    #expect(run.isTruncated)
  }

  @Test("Our descriptors and environment stay here")
  func inheritsNothing() throws {
    let leak = dup(0)
    defer { close(leak) }
    var program = ExternalProgram("/bin/sh", ["-c", "ls /proc/$$/fd; env"])
    program.environment = ["NAME=value"]
    let output = try program.run(within: .seconds(5)).output
    #expect(output.contains("NAME=value"))
    #expect(!output.contains("HOME="))
    #expect(!output.split(separator: "\n").contains("\(leak)"))
  }

  @Test("A program that is not there, or none, is told by its error")
  func missing() {
    #expect(throws: SystemCallError.self) { try ExternalProgram("/nonexistent").run(within: .seconds(1)) }
    let error = #expect(throws: SystemCallError.self) {
      try ExternalProgram("/etc/passwd").run(within: .seconds(1))
    }
    #expect(error?.code == EACCES)
  }
}
