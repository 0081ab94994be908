import CLinux
import Glibc

/// What a program writes to one of its outputs: a pipe that is read up to a limit. Belongs to one thread.
final class CapturedStream {
  let readingEnd: CInt
  private(set) var writingEnd: CInt
  private(set) var isAtEnd = false
  private(set) var isTruncated = false
  private let limit: Int
  private var bytes: [UInt8] = []

  init(limit: Int) throws(SystemCallError) {
    var reading: CInt = -1
    var writing: CInt = -1
    guard wmg_open_pipe(&reading, &writing) == 0 else { throw SystemCallError("make a pipe") }
    readingEnd = reading
    writingEnd = writing
    self.limit = limit
  }

  deinit {
    closeWritingEnd()
    close(readingEnd)
  }

  /// Without our own end of it the stream ends with the program.
  func closeWritingEnd() {
    if writingEnd >= 0 { close(writingEnd) }
    writingEnd = -1
  }

  /// Takes in what is there; never waits. What is written meanwhile is left for the next time: a program may well write
  /// faster than we read.
  func read() {
    guard !isAtEnd else { return }
    var waiting: CInt = 0
    ioctl(readingEnd, UInt(FIONREAD), &waiting)
    // Where nothing is there, only a look at it tells whether that is the end.
    var left = max(1, Int(waiting))
    withUnsafeTemporaryAllocation(byteCount: 16384, alignment: 1) { buffer in
      while left > 0 {
        let count = Glibc.read(readingEnd, buffer.baseAddress, min(left, buffer.count))
        if count < 0, errno == EINTR { continue }
        if count == 0 { isAtEnd = true }
        guard count > 0 else { return }
        left -= count
        let kept = min(count, limit - bytes.count)
        bytes.append(contentsOf: buffer[..<kept])
        if kept < count { isTruncated = true }
      }
    }
  }

  /// All that was kept.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// A descriptor that is closed with its last user.
final class DescriptorInUse {
  let descriptor: CInt

  /// A file in memory that holds `text`, to be read from its beginning.
  init(memory text: String) throws(SystemCallError) {
    descriptor = wmg_open_memory_file("input")
    guard descriptor >= 0 else { throw SystemCallError("make a file in memory") }
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      guard count > 0 else { throw SystemCallError("write a file in memory") }
      written += count
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  deinit { close(descriptor) }
}
