import CLinux
import Glibc
import LinuxNetworking
import WMGFramework

/// One end of a control connection; every wait is bounded by a second.
public final class ControlConnection {
  private let descriptor: CInt

  /// Connects to a daemon.
  ///
  /// - Throws: `ControlSocketError`.
  public init(to path: String) throws {
    descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ControlSocketError.failed(SystemCallError("socket")) }
    boundWaits()
    let connected = try withSocketAddress(path) { connect(descriptor, $0, $1) }
    guard connected == 0 else { throw ControlSocketError.failed(SystemCallError(path)) }
  }

  init(adopting descriptor: CInt) {
    self.descriptor = descriptor
    boundWaits()
  }

  deinit {
    close(descriptor)
  }

  private func boundWaits() {
    var second = timeval(tv_sec: 1, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &second, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &second, size)
  }

  /// Sends a request and reads the whole answer, at most 256 MiB, within 5 seconds.
  ///
  /// - Returns: `nil` when no answer came in time.
  public func ask(_ request: String) -> [UInt8]? {
    send(Array((request + "\n").utf8))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    let deadline = BootTimeClock.now + .seconds(5)
    while answer.count < 256 << 20, BootTimeClock.now < deadline {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return answer }
      if count < 0 && errno != EAGAIN && errno != EINTR { return nil }
      answer += buffer[..<max(0, count)]
    }
    return nil
  }

  /// The peer's line without its end; `nil` if none of at most 64 bytes comes within a second.
  func readLine() -> String? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    let deadline = BootTimeClock.now + .seconds(1)
    while line.count < 64, BootTimeClock.now < deadline, read(descriptor, &byte, 1) == 1 {
      if byte == 0x0A { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return nil
  }

  /// Sends all of `bytes`, or as much as the peer takes; one that takes nothing for a second, or that takes drops for
  /// five, is given up.
  func send(_ bytes: [UInt8]) {
    var sent = 0
    let deadline = BootTimeClock.now + .seconds(5)
    while sent < bytes.count, BootTimeClock.now < deadline {
      let count = bytes[sent...].withUnsafeBytes { rest in
        Glibc.send(descriptor, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }
}
