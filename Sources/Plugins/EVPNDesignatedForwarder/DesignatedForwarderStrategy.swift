public import WMGFramework

/// The highest random weight election of EVPN designated forwarders (RFC 8584, section 3.2), bit for bit.
///
/// With D of the VNI and the Ethernet segment, and the gateway's IPv4 address S, the weight is
/// (1103515245 · ((1103515245 · S + 12345) ⊕ D) + 12345) mod 2³¹. The greatest owns, ties go to the numerically least
/// address, and of two gateways with one address the lower uid owns all.
public struct DesignatedForwarderStrategy: ScoringStrategy {
  private let digest: ServiceDigest
  private let addresses: [GatewayID: IPv4Address]

  /// A strategy for one Ethernet segment; a gateway without an address has its uid's low 32 bits as one.
  public init(segment: EthernetSegmentID, addresses: [GatewayID: IPv4Address]) {
    digest = ServiceDigest(segment)
    self.addresses = addresses
  }

  /// The address that stands for a gateway.
  public func address(of gateway: GatewayID) -> IPv4Address {
    addresses[gateway] ?? IPv4Address(rawValue: UInt32(truncatingIfNeeded: gateway.rawValue))
  }

  /// The score of every pair, at the same positions: the weight, and below it what makes the least address win ties.
  public func score(
    _ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>
  ) {
    precondition(
      vnis.count == gateways.count && vnis.count == scores.count, "one VNI, gateway and score per pair")
    guard !gateways.isEmpty else { return }
    // Gateways come in runs, and to look an address up costs more than to use it.
    var gateway = gateways[0]
    var candidate = Candidate(address(of: gateway))
    for position in vnis.indices {
      if gateways[position] != gateway {
        gateway = gateways[position]
        candidate = Candidate(address(of: gateway))
      }
      scores[position] = candidate.score(digest[vnis[position]])
    }
  }

  /// The full pass; each VNI is digested once.
  public func assign(
    _ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>
  ) {
    precondition(owners.count == vnis.count, "one owner per VNI")
    var candidates: [Candidate] = []
    candidates.reserveCapacity(gateways.count)
    for index in gateways.indices { candidates.append(Candidate(address(of: gateways[index]))) }
    let field = candidates.span
    for position in vnis.indices {
      let digest = digest[vnis[position]]
      var owner = 0
      var best = field[0].score(digest)
      for index in 1..<field.count {
        let score = field[index].score(digest)
        if score > best {
          best = score
          owner = index
        }
      }
      owners[position] = UInt16(truncatingIfNeeded: owner)
    }
  }

  /// Warns of gateways that have the same address: all but one of them own nothing.
  public func advice(for gateways: Span<GatewayID>) -> String? {
    var holders: [IPv4Address: GatewayID] = [:]
    for index in gateways.indices {
      let address = address(of: gateways[index])
      if let holder = holders.updateValue(gateways[index], forKey: address) {
        return """
          'rfc8584' takes \(address) for both \(holder) and \(gateways[index]), so the latter owns nothing; name the \
          gateways' addresses by --set rfc8584.addresses on all of them
          """
      }
    }
    return nil
  }
}

/// One gateway in the election of every VNI.
private struct Candidate {
  /// 1103515245 · S + 12345.
  private let scrambled: UInt32
  /// The less the address, the more.
  private let precedence: UInt64

  init(_ address: IPv4Address) {
    scrambled = 1_103_515_245 &* address.rawValue &+ 12345
    precedence = UInt64(~address.rawValue)
  }

  @inline(__always)
  func score(_ digest: UInt32) -> UInt64 {
    // mod 2³² on the way and mod 2³¹ at the end is mod 2³¹.
    let weight = (1_103_515_245 &* (scrambled ^ digest) &+ 12345) & 0x7FFF_FFFF
    return UInt64(weight) << 32 | precedence
  }
}
