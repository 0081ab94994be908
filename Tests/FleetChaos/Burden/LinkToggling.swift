import CLinux
package import GatewayLab
import Glibc
import LinuxNetworking
import WMGFramework
import WMGFrameworkTesting

/// Sets links up and down and changes their MTU, all the time, by requests to the kernel without a program in between.
///
/// The kernel makes news of either. But a link that goes up or down holds its lock of all interface configuration for
/// milliseconds, another MTU for 20 to 50 µs. So a few go up and down, and all change their MTU; and for half of the time
/// the lock is left to others.
package struct LinkToggling {
  private let socket: CInt
  private var batches: ToggleBatches

  /// - Parameter seed: the same one asks for the same.
  /// - Throws: `LabError`, when there are no such links here or no netlink socket.
  package init(links: [String], seed: UInt64) throws(LabError) {
    let indexes = links.map { Int32(if_nametoindex($0)) }
    batches = ToggleBatches(indexes: indexes, seed: seed)
    guard !indexes.contains(0) else { throw LabError("not all links are here", exitCode: 69) }
    socket = Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), NETLINK_ROUTE)
    guard socket >= 0 else {
      throw LabError(SystemCallError("open a netlink socket").description, exitCode: 77)
    }
  }

  package mutating func run(_ length: Duration) {
    let end = BootTimeClock.now + length
    while BootTimeClock.now < end, let requests = batches.next() {
      let began = BootTimeClock.now
      // Nothing is acknowledged, and what is refused does not matter.
      _ = Glibc.send(socket, requests, requests.count, 0)
      usleep(UInt32(clamping: (BootTimeClock.now - began).nanoseconds / 1000))
    }
    close(socket)
  }

  /// RTM_NEWLINK that changes one thing of a link.
  package static func request(index: Int32, isUp: Bool? = nil, mtu: UInt32? = nil) -> [UInt8] {
    var attributes: [UInt8] = []
    if let mtu {
      attributes += bytes(UInt16(8)) + bytes(UInt16(IFLA_MTU)) + bytes(mtu)
    }
    let up = UInt32(IFF_UP)
    let length = UInt32(MemoryLayout<nlmsghdr>.size + MemoryLayout<ifinfomsg>.size + attributes.count)
    let header =
      bytes(length) + bytes(UInt16(RTM_NEWLINK)) + bytes(UInt16(NLM_F_REQUEST)) + bytes(UInt64(0))
    let link =
      bytes(UInt32(0)) + bytes(index) + bytes(isUp == true ? up : 0) + bytes(isUp == nil ? 0 : up)
    return header + link + attributes
  }

  /// As they are in memory.
  private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number) { Array($0) }
  }
}

/// What the kernel is asked for, so many links at a time.
package struct ToggleBatches {
  private let indexes: [Int32]
  private var generator: SeededGenerator
  private var number = 0
  private var first = 0
  private static let size = 64
  /// One in so many batches sets a link down and, the next time, up.
  private static let upAndDown = 4

  package init(indexes: [Int32], seed: UInt64) {
    self.indexes = indexes
    generator = SeededGenerator(seed: seed)
  }

  /// `nil`: there are no links.
  package mutating func next() -> [UInt8]? {
    guard !indexes.isEmpty else { return nil }
    let some = indexes[first..<min(first + Self.size, indexes.count)]
    first = some.endIndex < indexes.count ? some.endIndex : 0
    number += 1
    var requests: [UInt8] = []
    for index in some {
      requests += LinkToggling.request(index: index, mtu: .random(in: 1300...1500, using: &generator))
    }
    let (toggles, rest) = number.quotientAndRemainder(dividingBy: Self.upAndDown)
    if rest == 0 {
      let link = indexes[toggles / 2 % indexes.count]
      requests += LinkToggling.request(index: link, isUp: toggles % 2 == 0)
    }
    return requests
  }
}
