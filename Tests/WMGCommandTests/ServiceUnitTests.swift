import Foundation
import Testing

/// The unit that is shipped (dist/wmgwd2.service).
@Suite struct ServiceUnitTests {
  private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../dist/wmgwd2.service").standardizedFileURL.path
  private static let program = "/usr/local/sbin/wmgwd2"

  private static func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private static func values(of name: String) throws -> [String] {
    try text().split(separator: "\n").filter { $0.hasPrefix("\(name)=") }.map {
      String($0.dropFirst(name.count + 1))
    }
  }

  @Test("What a daemon leaves active is made standby; its guard is not killed before")
  func afterTheEnd() throws {
    #expect(try Self.values(of: "ExecStart") == ["\(Self.program) $WMGWD2_OPTIONS"])
    // With the daemon's own options, or it would be about other interfaces.
    #expect(try Self.values(of: "ExecStopPost") == ["-\(Self.program) standby $WMGWD2_OPTIONS"])
    #expect(try Self.values(of: "KillMode") == ["process"])
  }

  @Test("systemd understands it")
  func understood() throws {
    let analyze = "/usr/bin/systemd-analyze"
    guard access(analyze, X_OK) == 0 else { return }
    let folder = FileManager.default.temporaryDirectory.appending(path: "wmgunit-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let unit = folder.appending(path: "wmgwd2.service")
    // Nothing is installed here, and a missing program is a complaint, too.
    try Self.text().replacingOccurrences(of: Self.program, with: "/bin/true")
      .write(to: unit, atomically: true, encoding: .utf8)
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: analyze)
    process.arguments = ["verify", "--man=no", unit.path]
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    // Of other units, and of a machine without systemd, it may have its own to say.
    let complaints = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter {
      $0.contains("wmgwd2.service")
    }
    #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
  }
}
