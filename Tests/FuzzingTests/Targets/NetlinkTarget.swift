import CLinux
import WMGFramework

@testable import LinuxNetworking

extension FuzzTarget {
  /// Datagrams of rtnetlink: answers, dumps and events, for the daemon and for the lab's own observers.
  static let netlink = FuzzTarget(name: "netlink") { input in
    let messages = parse(input)
    try demand(messages.count <= input.count / 8, "no more messages than there is room for")
    for length in [input.count / 2, input.count - 1] where length >= 0 {
      let fewer = parse(Array(input[..<length]))
      try demand(messages.starts(with: fewer, by: ==), "what is cut off changes nothing before it")
    }
    var links = LinkTable()
    var addresses = AddressTable()
    for (_, message) in messages { try take(message, &links, &addresses) }
    observe(input)
  }

  /// The messages of a datagram in memory of exactly its size.
  private static func parse(_ input: [UInt8]) -> [(UInt32, RouteMessage)] {
    withExactCopy(of: input) { datagram in
      var messages: [(UInt32, RouteMessage)] = []
      RouteMessage.parse(datagram) { messages.append(($0, $1)) }
      return messages
    }
  }

  private static func take(
    _ message: RouteMessage, _ links: inout LinkTable, _ addresses: inout AddressTable
  ) throws(BrokenProperty) {
    switch message {
    case .link(let link):
      try demand(!link.name.isEmpty, "a link has a name")
      links.update(link)
      try demand(links[link.index] == link && links[link.name] == link, "a link is found")
    case .linkRemoved(let index):
      links.remove(index: index)
      addresses.removeAll(of: index)
      try demand(links[index] == nil && !addresses.hasAddress(index), "what is removed is not found")
    case .address(let address):
      addresses.insert(address)
      try demand(!addresses.insert(address), "an address is new once")
    case .addressRemoved(let address):
      addresses.remove(address)
      try demand(!addresses.remove(address), "an address goes once")
    case .failed(let error):
      try demand(error.code != 0 && !error.description.isEmpty, "a failure has a code")
    case .acknowledged, .dumpDone, .dumpInterrupted, .other: break
    }
    for link in links.all {
      try demand(links[link.name]?.name ?? link.name == link.name, "what is found by a name has it")
    }
  }

  private static func observe(_ input: [UInt8]) {
    withExactCopy(of: input) { buffer in
      var offset = 0
      var link = wmg_link_sighting()
      while wmg_next_link_sighting(buffer.baseAddress, buffer.count, &offset, &link) == 1 {}
      offset = 0
      var entry = wmg_forwarding_sighting()
      while wmg_next_forwarding_sighting(buffer.baseAddress, buffer.count, &offset, &entry) == 1 {}
    }
  }
}

/// Bytes in memory that ends with them, aligned as a receive buffer is: a sanitizer sees what is read beyond.
func withExactCopy<Result>(of bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
  -> Result
{
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
  defer { copy.deallocate() }
  copy.copyBytes(from: bytes)
  return try body(UnsafeRawBufferPointer(copy))
}
