import Glibc
import Testing

@testable import WMGCommand

@Suite struct ChildSignalTests {
  @Test("A daemon that was started with SIGCHLD ignored sees its programs' exit codes")
  func restored() async {
    await #expect(processExitsWith: .success) {
      signal(SIGCHLD, SIG_IGN)
      _ = GatewayCommand.run(["plugins"], plugins: [])
      var action = sigaction()
      sigaction(SIGCHLD, nil, &action)
      exit(action.__sigaction_handler.sa_handler == nil ? 0 : 1)
    }
  }
}
