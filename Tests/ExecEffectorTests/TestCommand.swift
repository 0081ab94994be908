import Glibc
import LinuxNetworking
import NamespaceFixture
import Synchronization

/// A script in a folder of its own, which notes its variables and its input before it does what a test wants.
final class TestCommand {
  private static let made = Atomic<Int>(0)
  let folder: String
  var path: String { "\(folder)/command" }

  init(_ script: String = "", mode: mode_t = 0o755) throws {
    folder = "/tmp/wmgexec\(getpid())-\(Self.made.add(1, ordering: .relaxed).newValue)"
    mkdir(folder, 0o755)
    try become(script, mode: mode)
  }

  deinit { _ = try? shell("rm -rf \(folder)") }

  /// What the script does from the next call on.
  func become(_ script: String, mode: mode_t = 0o755) throws {
    try write(
      """
      #!/bin/sh
      cat >> \(folder)/input
      echo "$WMG_EVENT $WMG_VNIS" >> \(folder)/events
      \(script)

      """, mode: mode)
  }

  /// Another file in its place.
  func write(_ text: String, mode: mode_t = 0o755) throws {
    guard let file = fopen("\(path).new", "w") else { throw SystemCallError("write \(path)") }
    fputs(text, file)
    fclose(file)
    chmod("\(path).new", mode)
    rename("\(path).new", path)
  }

  /// `takeover 1-3`, one per call so far.
  var events: [String] { lines("events") }
  /// The JSON of each call so far.
  var input: [String] { lines("input") }

  func lines(_ name: String) -> [String] {
    SystemFile.read("\(folder)/\(name)")?.split(separator: "\n").map { line in
      String(line.last == " " ? line.dropLast() : line)
    } ?? []
  }
}
