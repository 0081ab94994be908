import BoundedRendezvous
import RendezvousHashing
import Testing
import WMGFramework
import WMGFrameworkTesting

@Suite struct BoundedRendezvousTests {
  @Test("No gateway is above ⌈K/N·(1+ε)⌉, with any ε", arguments: [0, 1, 50, 100, 1000] as [UInt32])
  func bound(_ epsilon: UInt32) {
    let bounded = BoundedRendezvousStrategy(epsilon: Thousandths(rawValue: epsilon))
    for number in 0..<300 {
      let fleet = RandomFleet(seed: 4, number: number)
      let exact = Double(fleet.vnis.count) / Double(fleet.gateways.count) * (1 + Double(epsilon) / 1000)
      let limit = Int((exact - 1e-9).rounded(.up))
      let counts = Dictionary(grouping: owners(bounded, fleet.vnis, fleet.gateways)) { $0 }.mapValues(\.count)
      #expect(counts.values.max() ?? 0 <= limit, "\(fleet)")
      #expect(counts.values.reduce(0, +) == fleet.vnis.count)
    }
  }

  @Test("The bound is reached where it binds: with ε 0 all own the same")
  func evenly() {
    let bounded = BoundedRendezvousStrategy(epsilon: Thousandths(rawValue: 0))
    let counts = Dictionary(grouping: owners(bounded, vnis(1000), uids(1...10))) { $0 }.mapValues(\.count)
    #expect(Set(counts.values) == [100])
  }

  @Test("Where nobody is full, owners are those of rendezvous-mixed")
  func unbound() {
    let bounded = BoundedRendezvousStrategy(epsilon: Thousandths(rawValue: 10_000))
    #expect(
      owners(bounded, vnis(2000), uids(1...9)) == owners(RendezvousMixedStrategy(), vnis(2000), uids(1...9)))
  }

  @Test("A VNI whose first choice is full goes to the next of its ranking")
  func overflow() {
    let bounded = BoundedRendezvousStrategy(epsilon: Thousandths(rawValue: 0))
    let mixed = RendezvousMixedStrategy()
    let fleet = uids(1...4)
    var room = Dictionary(uniqueKeysWithValues: fleet.map { ($0.rawValue, 50) })
    for (vni, owner) in zip(vnis(200), owners(bounded, vnis(200), fleet)) {
      let ranking = fleet.map(\.rawValue).sorted {
        score(mixed, vni.rawValue, $0) > score(mixed, vni.rawValue, $1)
      }
      #expect(owner == ranking.first { room[$0]! > 0 })
      room[owner]! -= 1
    }
  }

  @Test(
    "What is promised is that of the ε",
    arguments: [("0", 1.001), ("0.05", 1.051), ("0.1", 1.101), ("10", 1.15)])
  func promises(_ epsilon: String, _ balance: Double) throws {
    let plugin = BoundedRendezvousPlugin()
    let options = try PluginOptionValues(decoding: [("epsilon", epsilon)], for: plugin)
    #expect(plugin.promises(options).balance == balance)
    #expect(plugin.promises == plugin.promises(PluginOptionValues()))
  }

  @Test("ε is read as a decimal and has limits")
  func option() throws {
    let plugin = BoundedRendezvousPlugin()
    let made = try #require(try strategy(plugin, [("epsilon", "0.25")]) as? BoundedRendezvousStrategy)
    #expect(made.epsilon.rawValue == 250)
    #expect(made.capacity(vnis: 100, gateways: 3) == 42)
    #expect(complaint(plugin, "epsilon", "11") == "--set bounded.epsilon must be 0 to 10, not '11'")
    #expect(try agreement(plugin, [("epsilon", "0.10")]) == agreement(plugin))
  }
}
