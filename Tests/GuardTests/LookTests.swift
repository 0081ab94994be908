import CGuard
import Glibc
import Testing
import WMGFramework
import WMGRuntime

extension StandbyTests {
  /// What comes of a kernel that does not tell all, here played by this process at the other end of a socket.
  @Suite struct LookTests {
    private typealias Message = [UInt8]

    private static func bytes<Value>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value, Array.init) }

    private static func message(_ type: Int32, _ sequence: UInt32, flags: UInt16 = 0, _ payload: [UInt8])
      -> Message
    {
      bytes(UInt32(16 + payload.count)) + bytes(UInt16(type)) + bytes(flags) + bytes(sequence)
        + bytes(UInt32(0)) + payload
    }

    /// A macvlan named vrrp4-1, or one with more to say than fits, or one that is silent.
    private static func link(
      _ sequence: UInt32, index: Int32 = 7, flags: UInt16 = 0, filling: Int = 0, isSilent: Bool = false
    ) -> Message {
      func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        bytes(UInt16(4 + value.count)) + bytes(type) + value
      }
      let header = bytes(UInt32(0)) + bytes(index) + bytes(UInt32(0)) + bytes(UInt32(0))
      return message(
        16, sequence, flags: flags,
        header + attribute(3, Array("vrrp4-1\0".utf8)) + attribute(18, attribute(1, Array("macvlan\0".utf8)))
          // IFLA_PROTO_DOWN, padded.
          + (isSilent ? attribute(39, [1]) + [0, 0, 0] : []) + Array(repeating: 0, count: filling))
    }

    /// An answer that is an error.
    private static func error(_ sequence: UInt32, _ error: Int32) -> Message {
      message(2, sequence, bytes(-error) + Array(repeating: 0, count: 16))
    }

    private static func done(_ sequence: UInt32, _ error: Int32 = 0) -> Message {
      message(3, sequence, bytes(error))
    }

    /// `answer` makes what the kernel sends for a request of this sequence number; returns how many requests there were.
    private static func withKernel(
      _ answer: @escaping @Sendable (UInt32) -> [Message], _ body: (Int32) throws -> Void
    ) throws -> Int {
      var ends: [Int32] = [-1, -1]
      try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
      var patience = timeval(tv_sec: 5, tv_usec: 0)
      for end in ends {
        setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
      }
      final class Kernel {
        let socket: Int32
        let answer: @Sendable (UInt32) -> [Message]
        var requests = 0
        init(_ socket: Int32, _ answer: @escaping @Sendable (UInt32) -> [Message]) {
          (self.socket, self.answer) = (socket, answer)
        }
      }
      let kernel = Kernel(ends[1], answer)
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { context in
          let kernel = Unmanaged<Kernel>.fromOpaque(context!).takeUnretainedValue()
          var request = [UInt8](repeating: 0, count: 128)
          while recv(kernel.socket, &request, request.count, 0) > 15 {
            kernel.requests += 1
            let sequence = request.withUnsafeBytes { $0.load(fromByteOffset: 8, as: UInt32.self) }
            for message in kernel.answer(sequence) { send(kernel.socket, message, message.count, 0) }
          }
          return nil
        }, Unmanaged.passUnretained(kernel).toOpaque())
      let outcome = Result { try body(ends[0]) }
      close(ends[0])
      pthread_join(thread, nil)
      close(ends[1])
      try outcome.get()
      return kernel.requests
    }

    /// Looks once.
    private static func look(_ answer: @escaping @Sendable (UInt32) -> [Message]) throws -> (
      result: Int32, error: Int32, count: UInt32, requests: Int
    ) {
      let links = UnsafeMutablePointer<wmg_standby_link>.allocate(capacity: 8)
      defer { links.deallocate() }
      var table = wmg_standby_table(links: links, capacity: 8, count: 0, interruption: -1, error: -1)
      let plan = GuardPlan(
        GuardedInterfaces([.init(prefix: "vrrp4-", vnis: try VNISet(parsing: "1-9"), kind: "macvlan")]),
        detectionTime: .seconds(3), margin: .zero)
      var result: Int32 = 0
      let requests = try withKernel(answer) { socket in
        result = plan.bytes.withUnsafeBytes { bytes in
          var read = wmg_guard_plan()
          #expect(wmg_guard_read_plan(bytes.baseAddress, bytes.count, &read))
          return wmg_standby_look(socket, &read, &table)
        }
      }
      return (result, table.error, table.count, requests)
    }

    @Test func allIsTold() throws {
      let look = try Self.look { [Self.link($0) + Self.done($0)] }
      #expect(look == (0, 0, 1, 1))
    }

    @Test("A dump that ends with an error is told, and what it said is kept")
    func broken() throws {
      let look = try Self.look { [Self.link($0), Self.done($0, -EBUSY)] }
      #expect(look == (0, EBUSY, 1, 1))
    }

    @Test("So is one of which a part does not fit, or is cut")
    func cut() throws {
      let large = try Self.look { [Self.link($0), Self.link($0, filling: 40000), Self.done($0)] }
      #expect(large == (0, EMSGSIZE, 1, 1))
      let short = try Self.look { [Self.link($0), Array(Self.link($0).dropLast(4)), Self.done($0)] }
      #expect(short == (0, EMSGSIZE, 1, 1))
    }

    @Test("Interrupted every time, it is not complete after the fourth")
    func interrupted() throws {
      let look = try Self.look { [Self.link($0, flags: 0x10), Self.done($0)] }
      #expect(look == (0, EINTR, 1, 4))
    }

    @Test("An error is told with the interface that was asked about")
    func whose() throws {
      var links = [wmg_standby_link(), wmg_standby_link()]
      for (place, index) in [7, 9].enumerated() {
        links[place].index = Int32(index)
        links[place].is_named = true
      }
      var result = wmg_standby_result()
      // Of each interface two things are asked. The answer of another batch is not taken.
      let requests = try Self.withKernel { sequence in
        [
          Self.error(sequence + 4, EBUSY),
          Self.link(sequence + 1),
          Self.error(sequence + 2, EPERM),
          Self.link(sequence + 3),
        ]
      } _: { socket in
        links.withUnsafeMutableBufferPointer { links in
          var table = wmg_standby_table(
            links: links.baseAddress, capacity: 2, count: 2, interruption: -1, error: 0)
          wmg_standby_switch(socket, &table, &result)
        }
      }
      #expect(requests == 1 && result.error == EPERM && result.error_index == 9, "\(result)")
    }

    @Test("One that was deleted since the look is neither switched nor failed, though both its requests fail")
    func deleted() throws {
      var links = [wmg_standby_link(), wmg_standby_link()]
      for (place, index) in [7, 9].enumerated() {
        links[place].index = Int32(index)
        links[place].is_named = true
      }
      var result = wmg_standby_result()
      _ = try Self.withKernel { sequence in
        [
          Self.error(sequence, ENODEV), Self.error(sequence + 1, ENODEV),
          Self.link(sequence + 3, index: 9, isSilent: true),
        ]
      } _: { socket in
        links.withUnsafeMutableBufferPointer { links in
          var table = wmg_standby_table(
            links: links.baseAddress, capacity: 2, count: 2, interruption: -1, error: 0)
          wmg_standby_switch(socket, &table, &result)
        }
      }
      #expect(
        result.named == 1 && result.switched == 1 && result.failed == 0 && result.error == 0, "\(result)")
    }
  }
}
