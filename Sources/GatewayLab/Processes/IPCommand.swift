import CLinux
import Glibc
import LinuxNetworking

/// iproute2's `ip`, run for many commands at once.
package enum IPCommand {
  private static let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin"]

  /// Where `ip` is.
  static func path() throws(LabError) -> String {
    // A root shell from `su` may lack the sbin folders in its PATH.
    guard let path = folders.map({ $0 + "/ip" }).first(where: { access($0, X_OK) == 0 }) else {
      throw .ipMissing
    }
    return path
  }

  /// Starts a batch, in a namespace or in ours.
  ///
  /// - Parameter force: whether to go on after a command that fails, and to take no offence at it.
  package static func start(_ commands: [String], in namespace: String? = nil, force: Bool = false)
    throws(LabError)
    -> RunningBatch
  {
    try RunningBatch(commands, in: namespace, force: force)
  }

  /// Runs a batch to its end.
  package static func run(_ commands: [String], in namespace: String? = nil, force: Bool = false)
    throws(LabError)
  {
    guard !commands.isEmpty else { return }
    try start(commands, in: namespace, force: force).finish()
  }

  /// Runs a batch of `bridge` commands in a namespace; a command that fails stops nothing.
  static func runBridge(_ commands: [String], in namespace: String) throws(LabError) {
    guard !commands.isEmpty else { return }
    let program = folders.map { $0 + "/bridge" }.first { access($0, X_OK) == 0 }
    guard let program else { throw .ipMissing }
    let input = try AnonymousFile(commands.joined(separator: "\n") + "\n")
    let process = try ChildProcess(
      program, ["-n", namespace, "-force", "-batch", "-"], input: .descriptor(input.descriptor))
    if process.wait(for: .seconds(120)) == nil { process.kill() }
  }
}

/// A batch of `ip` commands that is being worked on.
package struct RunningBatch {
  private let process: ChildProcess
  private let errors: AnonymousFile
  private let force: Bool

  init(_ commands: [String], in namespace: String?, force: Bool) throws(LabError) {
    // A file in memory rather than a pipe: nothing to pump, nothing to block on.
    let input = try AnonymousFile(commands.joined(separator: "\n") + "\n")
    errors = try AnonymousFile("")
    self.force = force
    let place = namespace.map { ["-n", $0] } ?? []
    process = try ChildProcess(
      try IPCommand.path(), place + (force ? ["-force"] : []) + ["-batch", "-"],
      input: .descriptor(input.descriptor), errors: .descriptor(errors.descriptor))
  }

  package func finish() throws(LabError) {
    let ending = process.wait(for: .seconds(120))
    guard ending != .exited(0), !force else { return }
    process.kill()
    let text = errors.text().split(separator: "\n").first.map(String.init) ?? "no answer"
    throw LabError("ip: \(text)", exitCode: 71)
  }
}

/// A file without a name, in memory, that ends with its last user.
final class AnonymousFile {
  let descriptor: CInt

  init(_ text: String) throws(LabError) {
    descriptor = wmg_open_memory_file("lab")
    guard descriptor >= 0 else { throw LabError(SystemCallError("memfd_create").description, exitCode: 71) }
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      guard count > 0 else { break }
      written += count
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  deinit {
    close(descriptor)
  }

  /// All that has been written to it.
  func text() -> String {
    lseek(descriptor, 0, SEEK_SET)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
