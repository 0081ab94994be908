import MaglevHashing
import Testing
import WMGFramework

@Suite struct MaglevTests {
  @Test("Slots are shared out to one, so many VNIs are shared out by chance alone")
  func balance() {
    let counts = Dictionary(grouping: owners(MaglevStrategy(), vnis(65_536 * 4), uids(1...7))) { $0 }
      .mapValues(\.count)
    #expect(counts.count == 7)
    let mean = 65_536.0 * 4 / 7
    for count in counts.values { #expect(abs(Double(count) - mean) < 0.025 * mean) }
  }

  @Test("One of 20 that leaves moves its own VNIs and few others")
  func leave() {
    let fleet = uids(1...20)
    let before = owners(MaglevStrategy(), vnis(20_000), fleet)
    let after = owners(MaglevStrategy(), vnis(20_000), fleet.filter { $0.rawValue != 7 })
    let needless = zip(before, after).count { $0 != $1 && $0 != 7 }
    #expect((1..<1000).contains(needless))
    #expect(!after.contains(7))
  }

  /// Too rare for the small fleets of the examination: one VNI in 2,500.
  @Test("Gateways that do not hear each other may leave a VNI without an owner")
  func unequalViews() {
    let fleet = uids(1...10)
    let all = vnis(20_000)
    var owned = [Bool](repeating: false, count: all.count)
    for (place, holder) in fleet.enumerated() {
      let unheard = fleet[(place + 1) % fleet.count]
      let view = owners(MaglevStrategy(), all, fleet.filter { $0 != unheard })
      for (index, owner) in view.enumerated() where owner == holder.rawValue { owned[index] = true }
    }
    #expect(owned.contains(false))
  }

  @Test("With 65,535 gateways nearly every one has a slot of its own")
  func asManyGatewaysAsSlots() {
    let fleet = uids((1...65_535).map { UInt64($0) })
    #expect(Set(owners(MaglevStrategy(), vnis(300_000), fleet)).count > 60_000)
  }

  @Test("Known owners, the same on every machine")
  func knownOwners() {
    // Computed apart from our code, in Python.
    let some = [1, 2, 3, 100, 10_000, 16_777_215].map { VNI(rawValue: $0)! }
    #expect(owners(MaglevStrategy(), some, uids([11, 12, 13])) == [12, 13, 13, 11, 12, 11])
  }
}
