import WMGFramework

/// D of RFC 8584: the CRC-32 of IEEE 802.3 over the Ethernet tag (the VNI, four bytes, big-endian) and the Ethernet
/// segment, of which 31 bits are kept.
///
/// A CRC is linear: what one byte of the VNI adds to it does not depend on the others. So three looks into a table
/// replace the pass over all fourteen bytes.
struct ServiceDigest: Sendable {
  /// What byte b of the VNI adds, the lowest byte's 256 first, then the middle one's, then the highest one's.
  private let contributions: [UInt32]
  private let ofZero: UInt32

  init(_ segment: EthernetSegmentID) {
    func digest(_ tag: [UInt8]) -> UInt32 { Self.crc32(tag + segment.bytes) }
    let ofZero = digest([0, 0, 0, 0])
    self.ofZero = ofZero
    contributions = (1...3).flatMap { place in
      (UInt8.min...UInt8.max).map { byte in
        var tag: [UInt8] = [0, 0, 0, 0]
        tag[4 - place] = byte
        return digest(tag) ^ ofZero
      }
    }
  }

  @inline(__always)
  subscript(vni: VNI) -> UInt32 {
    let low = contributions[Int(vni.rawValue & 0xFF)]
    let middle = contributions[256 | Int(vni.rawValue >> 8 & 0xFF)]
    let high = contributions[512 | Int(vni.rawValue >> 16 & 0xFF)]
    return (ofZero ^ low ^ middle ^ high) & 0x7FFF_FFFF
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { register, byte in
      (0..<8).reduce(register ^ UInt32(byte)) { register, _ in
        register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1
      }
    }
  }
}
