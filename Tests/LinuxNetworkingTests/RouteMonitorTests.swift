import Glibc
import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"))
struct RouteMonitorTests {
  @Test("interfaces and addresses are followed as they come, change, and go")
  func follows() throws {
    let place = try TemporaryNamespace()
    let monitor = try place.namespace.run { try RouteMonitor() }
    #expect(monitor.links["lo"]?.flags.contains(.adminUp) == true)

    try place.ip("link add one type bridge\naddress add 10.0.0.1/24 dev one\nlink set one up")
    #expect(try monitor.catchUp().names.contains("one"))
    let first = try #require(monitor.links["one"])
    #expect(first.kind == "bridge")
    #expect(monitor.addresses[first.index].map(\.description) == ["10.0.0.1"])

    try place.ip("link set one down\nlink set one name two\nlink add three type bridge")
    let changes = try monitor.catchUp()
    #expect(changes.names.isSuperset(of: ["one", "two", "three"]))
    #expect(monitor.links["one"] == nil)
    #expect(monitor.links["two"]?.index == first.index)

    try place.ip("link del two")
    #expect(try monitor.catchUp().names == ["two"])
    #expect(monitor.links["two"] == nil)
    #expect(!monitor.addresses.hasAddress(first.index))
    #expect(try monitor.catchUp().isEmpty)
  }

  @Test("a port that leaves its bridge is still there")
  func survivesLeavingABridge() throws {
    let place = try TemporaryNamespace()
    try place.ip(
      """
      link add bridge5 type bridge
      link add port5 type veth peer name lower5
      link set port5 master bridge5
      link set port5 up
      """)
    let monitor = try place.namespace.run { try RouteMonitor(hearing: .links) }
    #expect(monitor.links["port5"]?.masterIndex == monitor.links["bridge5"]?.index)
    try place.ip("link set port5 nomaster")
    _ = try monitor.catchUp()
    #expect(monitor.links["port5"]?.masterIndex == nil)
    #expect(monitor.links["port5"]?.flags.contains(.adminUp) == true)
  }

  @Test("lost events are made up for by reading everything anew")
  func resynchronises() throws {
    let place = try TemporaryNamespace()
    let monitor = try place.namespace.run { try RouteMonitor(hearing: .links) }
    // The smallest buffer the kernel allows, so that a few events overrun it.
    var size: CInt = 0
    setsockopt(monitor.fileDescriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
    try place.ip((1...50).map { "link add b\($0) type bridge" }.joined(separator: "\n"))
    #expect(try monitor.catchUp().isEverything)
    #expect((1...50).allSatisfy { monitor.links["b\($0)"] != nil })
  }

  @Test("events that were waiting when others were lost are older than what is read anew, and do not undo it")
  func ignoresStaleEvents() throws {
    let place = try TemporaryNamespace()
    let monitor = try place.namespace.run { try RouteMonitor(hearing: .links) }
    var size: CInt = 0
    setsockopt(monitor.fileDescriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
    try place.ip((1...50).map { "link add b\($0) type bridge" }.joined(separator: "\n"))
    try place.ip((1...50).map { "link del b\($0)" }.joined(separator: "\n"))
    #expect(try monitor.catchUp().isEverything)
    #expect(monitor.links.all.map(\.name) == ["lo"])
    #expect(try monitor.catchUp().isEmpty)
  }

  @Test("after any other error everything is read anew as well")
  func recoversFromErrors() throws {
    let place = try TemporaryNamespace()
    let monitor = try place.namespace.run { try RouteMonitor(hearing: .links) }
    let saved = dup(monitor.fileDescriptor)
    let null = open("/dev/null", O_RDONLY)
    defer {
      close(saved)
      close(null)
    }
    dup2(null, monitor.fileDescriptor)
    #expect(throws: SystemCallError.self) { try monitor.catchUp() }
    dup2(saved, monitor.fileDescriptor)
    try place.ip("link add one type bridge")
    #expect(try monitor.catchUp().isEverything)
    #expect(monitor.links["one"] != nil)
    #expect(try monitor.catchUp().isEmpty)
  }

  @Test("one interface by name or index; none where there is none; errors of a batch by sequence number")
  func asks() throws {
    let place = try TemporaryNamespace()
    try place.ip("link add one type bridge")
    let connection = try place.namespace.run { try RouteConnection() }
    let link = try #require(try connection.link(named: "one"))
    #expect(try connection.link(index: link.index)?.name == "one")
    #expect(try connection.link(named: "absent") == nil)

    var requests = connection.makeRequests()
    let refused = requests.setProtoDown(true, index: 4711)
    let answered = requests.getLink(index: link.index)
    var answers: [UInt32: RouteMessage] = [:]
    try connection.perform(requests) { answers[$0] = $1 }
    guard case .failed(let error)? = answers[refused] else {
      Issue.record("no error for the interface that is not there")
      return
    }
    #expect(error.code == ENODEV)
    #expect(answers[answered] == .link(link))
  }
}
