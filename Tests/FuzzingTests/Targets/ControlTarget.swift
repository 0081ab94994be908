import FoundationEssentials
import Glibc
import WMGFramework

@testable import WMGRuntime

extension FuzzTarget {
  /// Both directions of the control socket: what a client sends to the daemon, and what a daemon answers.
  static let control = FuzzTarget(name: "control") { input in
    var input = FuzzInput(input)
    let isRequest = input.byte() % 2 == 0
    let bytes = Array(input.remainder)
    if isRequest { try request(bytes) } else { try answer(bytes) }
  }

  private static func request(_ bytes: [UInt8]) throws(BrokenProperty) {
    let line = overSocket(bytes) { $0.readLine() }
    let end = bytes.firstIndex(of: 0x0A)
    guard let line else {
      return try demand(end.map { $0 >= 64 } ?? true, "a line of \(end ?? 0) bytes is read")
    }
    try demand(line == text(bytes.prefix(end ?? 0)), "a line is read as it was sent")
    try demand(end.map { $0 < 64 } ?? false, "a request has less than 64 bytes")
  }

  private static func answer(_ bytes: [UInt8]) throws {
    guard let status = try? JSONDecoder().decode(GatewayStatus.self, from: Data(bytes)) else { return }
    let written = try JSONEncoder().encode(status)
    let again = try? JSONDecoder().decode(GatewayStatus.self, from: written)
    try demand(again == status, "a status is read back")
  }

  /// What is read at the other end of a connection that sends these bytes and ends.
  private static func overSocket<Result>(_ bytes: [UInt8], _ read: (ControlConnection) -> Result) -> Result {
    var ends: [CInt] = [-1, -1]
    let isMade = socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0
    precondition(isMade, "a pair of sockets")
    // More than a request can be would wait for its reader.
    _ = bytes.prefix(4096).withUnsafeBytes { send(ends[1], $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
    close(ends[1])
    return read(ControlConnection(adopting: ends[0]))
  }
}
