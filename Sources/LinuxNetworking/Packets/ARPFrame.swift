public import WMGFramework

/// An ARP packet for IPv4 over Ethernet (RFC 826) with its Ethernet header.
public struct ARPFrame: Hashable, Sendable {
  /// What the packet is.
  public enum Operation: UInt16, Hashable, Sendable {
    /// It asks.
    case request = 1
    /// It answers.
    case reply = 2
  }

  /// The length on the wire without the checksum: Ethernet's shortest, 60 bytes.
  public static let length = 60
  /// The EtherType of ARP.
  public static let etherType: UInt16 = 0x0806

  /// The Ethernet header's destination.
  public var destination: MACAddress
  /// The Ethernet header's source.
  public var source: MACAddress
  /// Request or reply.
  public var operation: Operation
  /// Sender hardware address.
  public var senderMAC: MACAddress
  /// Sender protocol address.
  public var sender: IPv4Address
  /// Target hardware address.
  public var targetMAC: MACAddress
  /// Target protocol address.
  public var target: IPv4Address

  /// A gratuitous ARP to all: the sender's address is the target's, the target's hardware address 0. As a request it is
  /// the announcement of RFC 5227, section 3.
  public static func announcement(
    of address: IPv4Address, at mac: MACAddress, as operation: Operation
  ) -> ARPFrame {
    ARPFrame(
      destination: .broadcast, source: mac, operation: operation, senderMAC: mac, sender: address,
      targetMAC: MACAddress(rawValue: 0), target: address)
  }

  /// Writes the frame, padded to 60 bytes.
  func append(to bytes: inout [UInt8]) {
    bytes.append(mac: destination)
    bytes.append(mac: source)
    bytes.append(number: Self.etherType)
    bytes.append(number: UInt16(1))  // Ethernet
    bytes.append(number: UInt16(0x0800))  // IPv4
    bytes.append(6)
    bytes.append(4)
    bytes.append(number: operation.rawValue)
    bytes.append(mac: senderMAC)
    bytes.append(number: sender.rawValue)
    bytes.append(mac: targetMAC)
    bytes.append(number: target.rawValue)
    bytes.append(contentsOf: repeatElement(0, count: Self.length - 42))
  }

  /// The frame's bytes, padded to 60.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  /// Reads a frame; `nil` if it is no ARP packet for IPv4 over Ethernet.
  public init?(_ frame: UnsafeRawBufferPointer) {
    func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, _: Number.Type) -> Number {
      Number(bigEndian: frame.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
    func mac(at offset: Int) -> MACAddress? { MACAddress(octets: frame[offset..<offset + 6]) }
    guard frame.count >= 42, number(at: 12, UInt64.self) >> 16 == 0x0806_0001_0800, frame[18] == 6,
      frame[19] == 4,
      let operation = Operation(rawValue: number(at: 20, UInt16.self)), let destination = mac(at: 0),
      let source = mac(at: 6), let senderMAC = mac(at: 22), let targetMAC = mac(at: 32)
    else { return nil }
    self.init(
      destination: destination, source: source, operation: operation, senderMAC: senderMAC,
      sender: IPv4Address(rawValue: number(at: 28, UInt32.self)), targetMAC: targetMAC,
      target: IPv4Address(rawValue: number(at: 38, UInt32.self)))
  }

  init(
    destination: MACAddress, source: MACAddress, operation: Operation, senderMAC: MACAddress,
    sender: IPv4Address, targetMAC: MACAddress, target: IPv4Address
  ) {
    self.destination = destination
    self.source = source
    self.operation = operation
    self.senderMAC = senderMAC
    self.sender = sender
    self.targetMAC = targetMAC
    self.target = target
  }
}

extension [UInt8] {
  fileprivate mutating func append(mac: MACAddress) {
    for index in 0..<6 { append(mac.octet(index)) }
  }

  fileprivate mutating func append(number: some FixedWidthInteger) {
    for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
