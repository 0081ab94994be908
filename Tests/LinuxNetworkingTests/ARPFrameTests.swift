import LinuxNetworking
import Testing
import WMGFramework

@Suite struct ARPFrameTests {
  let head: [UInt8] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,  // to all
    0x00, 0x00, 0x5E, 0x00, 0x01, 0x05,  // from the virtual MAC
    0x08, 0x06,  // EtherType: ARP
    0x00, 0x01,  // hardware: Ethernet
    0x08, 0x00,  // protocol: IPv4
    6, 4,  // lengths of their addresses
  ]
  let tail: [UInt8] =
    [
      0x00, 0x00, 0x5E, 0x00, 0x01, 0x05,  // sender's MAC
      10, 0, 5, 1,  // sender's address
      0, 0, 0, 0, 0, 0,  // target's MAC: unknown
      10, 0, 5, 1,  // target's address: the sender's
    ] + [UInt8](repeating: 0, count: 18)  // padding to 60 bytes

  func announcement(_ operation: ARPFrame.Operation) throws -> ARPFrame {
    .announcement(
      of: try #require(IPv4Address("10.0.5.1")), at: try #require(MACAddress(octets: [0, 0, 0x5E, 0, 1, 5])),
      as: operation)
  }

  @Test func requestAsInRFC5227() throws {
    #expect(try announcement(.request).bytes == head + [0, 1] + tail)
  }

  @Test func replyAsTheGoDaemonSends() throws {
    #expect(try announcement(.reply).bytes == head + [0, 2] + tail)
  }

  @Test func readsWhatItWrites() throws {
    let frame = try announcement(.reply)
    #expect(frame.bytes.withUnsafeBytes { ARPFrame($0) } == frame)
    for length in 0..<42 { #expect(frame.bytes[..<length].withUnsafeBytes { ARPFrame($0) } == nil) }
    var ipv6 = frame.bytes
    ipv6[16] = 0x86
    #expect(ipv6.withUnsafeBytes { ARPFrame($0) } == nil)
  }
}
