import CLinux
import GatewayLab
import Glibc
import LinuxNetworking

/// A pipe that nobody reads and that holds one page.
struct FullPipe {
  let reading: CInt
  let writing: CInt

  /// F_SETPIPE_SZ, which Swift does not import.
  private static let setSize: CInt = 1031

  init() throws(LabError) {
    var reading: CInt = -1
    var writing: CInt = -1
    guard wmg_open_pipe(&reading, &writing) == 0 else {
      throw LabError(SystemCallError("make a pipe").description, exitCode: 71)
    }
    _ = fcntl(writing, Self.setSize, 4096)
    self.reading = reading
    self.writing = writing
  }
}
