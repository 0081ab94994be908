import FleetChaos
import Testing
import WMGFrameworkTesting

@Suite struct BurdenTests {
  private func word(_ bytes: some Collection<UInt8>, at offset: Int) -> UInt16 {
    let two = bytes.dropFirst(offset).prefix(2).map { UInt16($0) }
    return two[0] << 8 | two[1]
  }

  @Test(
    "A flood's frames are UDP broadcasts to port 3000 with an IPv4 checksum that is right",
    arguments: [0, 8, 1400])
  func frames(_ payload: Int) throws {
    var generator = SeededGenerator(seed: 1)
    let batch = FrameBatch(payload: payload, using: &generator)
    #expect(batch.length == 42 + payload && batch.bytes.count == FrameBatch.count * batch.length)
    for start in stride(from: 0, to: batch.bytes.count, by: batch.length) {
      let frame = batch.bytes[start..<start + batch.length]
      #expect(frame.prefix(6).allSatisfy { $0 == 0xFF } && word(frame, at: 12) == 0x0800)
      #expect(word(frame, at: 16) == UInt16(28 + payload) && word(frame, at: 38) == UInt16(8 + payload))
      #expect(word(frame, at: 36) == 3000 && word(frame, at: 34) != 3000)
      var sum = (0..<10).reduce(UInt32(0)) { $0 + UInt32(word(frame, at: 14 + $1 * 2)) }
      while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
      #expect(sum == 0xFFFF)
    }
  }

  @Test("A forged uid comes once, and is never 0; what is no advertisement stays as it is")
  func renewal() {
    var generator = SeededGenerator(seed: 1)
    var batch = FrameBatch(payload: 8, using: &generator)
    var uids: [[UInt8]] = []
    for _ in 0..<3 {
      batch.renew(using: &generator)
      uids += stride(from: 42, to: batch.bytes.count, by: 50).map { Array(batch.bytes[$0..<$0 + 8]) }
    }
    #expect(uids.count == 3 * FrameBatch.count && Set(uids).count == uids.count)
    #expect(!uids.contains { $0.allSatisfy { $0 == 0 } })
    var malformed = FrameBatch(payload: 9, using: &generator)
    let bytes = malformed.bytes
    malformed.renew(using: &generator)
    #expect(malformed.bytes == bytes)
  }

  @Test("A storm's requests, byte by byte")
  func requests() {
    let header: [UInt8] = [
      16, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,  // RTM_NEWLINK, NLM_F_REQUEST
      0, 0, 0, 0, 7, 0, 0, 0,  // index 7
    ]
    let up = LinkToggling.request(index: 7, isUp: true)
    let down = LinkToggling.request(index: 7, isUp: false)
    #expect(up == [32, 0, 0, 0] + header + [1, 0, 0, 0, 1, 0, 0, 0])
    #expect(down == [32, 0, 0, 0] + header + [0, 0, 0, 0, 1, 0, 0, 0])
    // IFLA_MTU, 1500.
    #expect(
      LinkToggling.request(index: 7, mtu: 1500)
        == [40, 0, 0, 0] + header + [0, 0, 0, 0, 0, 0, 0, 0] + [8, 0, 4, 0, 0xDC, 5, 0, 0])
  }

  @Test("The same seed floods with the same packets, another one with others")
  func replayedFlood() {
    func packets(_ seed: UInt64) -> [[UInt8]] {
      var batches = FloodBatches(seed: seed)
      return (0..<40).map { _ in batches.next().bytes }
    }
    let first = packets(7)
    #expect(first == packets(7) && first != packets(8))
    // Forged ones come with new uids each time, and every other one is malformed.
    #expect(Set(first.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)).count == 20)
    #expect(first[1] == first[33])
  }

  @Test("The same seed toggles the same links to the same MTUs, another one to others")
  func replayedStorm() throws {
    func requests(_ seed: UInt64) -> [[UInt8]?] {
      var batches = ToggleBatches(indexes: Array(1...100), seed: seed)
      return (0..<8).map { _ in batches.next() }
    }
    let first = requests(7)
    #expect(first == requests(7) && first != requests(8))
    // 64 links, the other 36, and with each fourth batch one that goes up or down.
    let lengths = (0..<8).map { ($0 % 2 == 0 ? 64 : 36) * 40 + ($0 % 4 == 3 ? 32 : 0) }
    #expect(first.map { $0?.count } == lengths)
    var none = ToggleBatches(indexes: [], seed: 7)
    #expect(none.next() == nil)
  }

  @Test("Rates are of what the switch's interfaces have sent")
  func rates() throws {
    func reading(_ seconds: Int, _ offered: Int, _ first: Int, _ second: Int) -> FloodMeter.Reading {
      FloodMeter.Reading(
        at: at(seconds * 1000),
        devices: """
          Inter-|   Receive                            |  Transmit
           face |bytes packets errs drop fifo frame ...|bytes packets ...
          underlay: 1 2 3 4 5 6 7 8 9 \(offered) 11 12 13 14 15 16
            u-g1: 1 2 3 4 5 6 7 8 9 \(first) 11 12 13 14 15 16
            u-g2:9999999 2 3 4 5 6 7 8 9 \(second) 11 12 13 14 15 16
          """, bridge: "underlay", ports: ["u-g1", "u-g2"])
    }
    #expect(reading(1, 10, 20, 30).arrived == [20, 30] && reading(1, 10, 20, 30).offered == 10)
    #expect(FloodMeter.line([]) == nil)
    #expect(
      FloodMeter.line([
        (reading(1, 0, 0, 0), reading(3, 100_000, 99_000, 98_000)),
        (reading(5, 100_000, 99_000, 98_000), reading(6, 140_000, 138_000, 138_500)),
      ])
        == "2 floods, 3.000 s: 40000 to 50000 packets/s offered, 39000 to 49500 arrived at a gateway's link")
  }
}
