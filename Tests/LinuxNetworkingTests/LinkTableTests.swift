import LinuxNetworking
import Testing
import WMGFramework

@Suite struct LinkTableTests {
  @Test("a recreated interface is found under its new index")
  func recreated() {
    var table = LinkTable([Link(index: 5, name: "vrrp4-5")])
    table.remove(index: 5)
    #expect(table["vrrp4-5"] == nil)
    table.update(Link(index: 9, name: "vrrp4-5"))
    #expect(table["vrrp4-5"]?.index == 9)
    #expect(table[5] == nil)
  }

  @Test("a late removal of the old interface leaves the new one of that name")
  func recreatedOutOfOrder() {
    var table = LinkTable([Link(index: 5, name: "vrrp4-5")])
    table.update(Link(index: 9, name: "vrrp4-5"))
    table.remove(index: 5)
    #expect(table["vrrp4-5"]?.index == 9)
  }

  @Test("a renamed interface is found under its new name only, also when another takes the old one")
  func renamed() {
    var table = LinkTable([Link(index: 5, name: "a"), Link(index: 6, name: "b")])
    table.update(Link(index: 5, name: "c"))
    #expect(table["a"] == nil)
    #expect(table["c"]?.index == 5)
    table.update(Link(index: 6, name: "a"))
    #expect(table["a"]?.index == 6)
    #expect(table["b"] == nil)
    #expect(table.count == 2)
  }

  @Test func addresses() throws {
    let first = InterfaceAddress(index: 5, address: try #require(IPv4Address("10.0.5.1")), prefixLength: 24)
    let second = InterfaceAddress(index: 5, address: try #require(IPv4Address("10.0.5.2")), prefixLength: 24)
    var table = AddressTable([first])
    let inserted = (table.insert(second), table.insert(first))
    #expect(inserted == (true, false))
    #expect(table[5] == [first.address, second.address])
    let removed = (table.remove(first), table.remove(first))
    #expect(removed == (true, false))
    table.removeAll(of: 5)
    #expect(!table.hasAddress(5))
  }
}
