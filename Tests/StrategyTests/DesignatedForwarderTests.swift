import EVPNDesignatedForwarder
import Testing
import WMGFramework

@Suite struct DesignatedForwarderTests {
  /// Weights of RFC 8584's election, computed apart from our code.
  static let answers: [(UInt32, UInt8, String, UInt64)] = [
    (100, 0x01, "10.0.0.1", 664_511_525),
    (1, 0, "10.0.1.11", 1_468_989_692), (1, 0, "10.0.1.12", 122_997_539),
    (1, 0, "10.0.1.13", 1_372_188_698),
    (2, 0, "10.0.1.11", 2_116_302_991), (2, 0, "10.0.1.12", 1_415_274_384),
    (2, 0, "10.0.1.13", 884_257_709),
    (100, 0, "10.0.1.11", 620_409_002), (100, 0, "10.0.1.12", 1_128_763_201),
    (100, 0, "10.0.1.13", 290_219_916), (10_000, 0, "10.0.1.11", 567_516_368),
    (10_000, 0, "10.0.1.12", 2_074_224_847), (10_000, 0, "10.0.1.13", 630_106_110),
  ]

  @Test("Known answers", arguments: answers)
  func knownAnswers(_ vni: UInt32, _ segmentByte: UInt8, _ address: String, _ weight: UInt64) throws {
    let address = try #require(IPv4Address(address))
    let segment = EthernetSegmentID(repeating: segmentByte)
    let named = DesignatedForwarderStrategy(segment: segment, addresses: [uids([5])[0]: address])
    #expect(score(named, vni, 5) >> 32 == weight)
    // The same gateway by its uid's low bits.
    let unnamed = DesignatedForwarderStrategy(segment: segment, addresses: [:])
    #expect(score(unnamed, vni, UInt64(address.rawValue)) >> 32 == weight)
    #expect(score(unnamed, vni, UInt64(address.rawValue) | 7 << 32) >> 32 == weight)
  }

  @Test("The greatest weight owns")
  func owner() throws {
    let made = try strategy(
      DesignatedForwarderPlugin(), [("addresses", "11=10.0.1.11,12=10.0.1.12,13=10.0.1.13")])
    let some = [1, 2, 100, 10_000].map { VNI(rawValue: $0)! }
    #expect(owners(made, some, uids([11, 12, 13])) == [11, 11, 12, 12])
  }

  @Test("Ties go to the numerically least address, not to the lowest uid")
  func ties() {
    // 31 bits of the address decide on the weight; these two differ in the highest alone.
    let made = DesignatedForwarderStrategy(
      segment: .zero,
      addresses: [uids([1])[0]: IPv4Address("138.0.0.1")!, uids([2])[0]: IPv4Address("10.0.0.1")!])
    #expect(score(made, 77, 1) >> 32 == score(made, 77, 2) >> 32)
    #expect(Set(owners(made, vnis(500), uids([1, 2]))) == [2])
  }

  @Test("Of two gateways with one address the lower uid owns all, and an operator hears of it")
  func duplicates() throws {
    let made = DesignatedForwarderStrategy(segment: .zero, addresses: [:])
    let fleet = uids([9, 9 | 1 << 32])
    #expect(Set(owners(made, vnis(500), fleet)) == [9])
    let given = made.advice(for: fleet.span)
    let advice = try #require(given)
    #expect(advice.contains("0.0.0.9 for both 9 and 4294967305"))
    #expect(advice.contains("rfc8584.addresses") && !advice.contains("\n"))
    let others = uids([9, 10])
    #expect((made.advice(for: others.span) ?? "").isEmpty)
  }

  @Test("Options are checked and made canonical")
  func options() throws {
    let plugin = DesignatedForwarderPlugin()
    #expect(
      complaint(plugin, "esi", "1:2")
        == "--set rfc8584.esi takes ten bytes in hexadecimal, with colons, not '1:2'")
    #expect(complaint(plugin, "esi", "0:0:0:0:0:0:0:0:0:+1") != nil)
    #expect(
      complaint(plugin, "addresses", "1=10.0.0.1,2=10.0.0.1")
        == "--set rfc8584.addresses takes each address for one uid only, not '1=10.0.0.1,2=10.0.0.1'")
    #expect(complaint(plugin, "addresses", "1=10.0.0") != nil)
    #expect(
      try agreement(
        plugin, [("esi", "0:1:2:3:4:5:6:7:8:A"), ("addresses", "7=0.0.0.7,3=10.0.0.1,1=10.0.0.2")])
        == "addresses=1=10.0.0.2,3=10.0.0.1;esi=00:01:02:03:04:05:06:07:08:0a")
  }
}
