import CLinux
import Glibc

/// ARP frames to be sent in one go, each by an interface of its own.
public struct FrameBatch {
  private(set) var bytes: [UInt8] = []
  private(set) var indexes: [Int32] = []

  /// No frames yet.
  public init() {}

  /// How many frames there are.
  public var count: Int { indexes.count }

  /// Adds a frame that is to leave by the interface with `index`.
  public mutating func append(_ frame: ARPFrame, index: Int32) {
    frame.append(to: &bytes)
    indexes.append(index)
  }

  /// Empties the batch and keeps its memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    indexes.removeAll(keepingCapacity: true)
  }
}

/// An AF_PACKET socket for all interfaces of the namespace of the thread that opens it. Belongs to one thread at a time.
public final class PacketSocket {
  /// For `EventLoop.watch`.
  public let fileDescriptor: CInt

  /// Opens a socket that sends and receives nothing.
  ///
  /// - Throws: `SystemCallError`, EPERM without CAP_NET_RAW.
  public convenience init() throws {
    try self.init(receiving: 0)
  }

  /// Opens a socket that also receives frames of `etherType` that others send, on the interface with `index` or on all
  /// (0).
  ///
  /// - Throws: `SystemCallError`, EPERM without CAP_NET_RAW, ENODEV.
  public init(receiving etherType: UInt16, index: Int32 = 0) throws {
    fileDescriptor = wmg_open_packet_socket(etherType, index)
    guard fileDescriptor >= 0 else { throw SystemCallError("open a packet socket") }
  }

  deinit {
    close(fileDescriptor)
  }

  /// Sends all frames of a batch; one that fails does not stop the others. Returns how many were sent.
  @discardableResult
  public func send(
    _ batch: borrowing FrameBatch, onFailure: (_ position: Int, _ code: CInt) -> Void = { _, _ in }
  ) -> Int {
    var sent = 0
    var position = 0
    let bytes = batch.bytes
    let indexes = batch.indexes
    bytes.withUnsafeBufferPointer { bytes in
      indexes.withUnsafeBufferPointer { indexes in
        guard let firstByte = bytes.baseAddress, let firstIndex = indexes.baseAddress else { return }
        while position < indexes.count {
          let accepted = wmg_send_frames(
            fileDescriptor, firstByte + position * ARPFrame.length, ARPFrame.length, firstIndex + position,
            UInt32(indexes.count - position))
          if accepted > 0 {
            sent += Int(accepted)
            position += Int(accepted)
          } else if errno != EINTR {
            onFailure(position, errno)
            position += 1
          }
        }
      }
    }
    return sent
  }

  /// Receives one frame with the index of the interface it came in by; `false` if none is waiting.
  ///
  /// - Throws: `SystemCallError`; ENETDOWN when an interface went down, after which one can go on.
  public func receive(_ body: (_ frame: UnsafeRawBufferPointer, _ index: Int32) -> Void) throws -> Bool {
    try withUnsafeTemporaryAllocation(byteCount: 2048, alignment: 8) { buffer in
      var index: Int32 = 0
      while true {
        let length = wmg_receive_frame(fileDescriptor, buffer.baseAddress, buffer.count, &index)
        if length > 0 { body(UnsafeRawBufferPointer(rebasing: buffer[..<length]), index) }
        if length >= 0 { return true }
        switch errno {
        case EINTR: continue
        case EAGAIN: return false
        default: throw SystemCallError("receive from a packet socket")
        }
      }
    }
  }
}
