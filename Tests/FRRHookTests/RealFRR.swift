import Glibc
import LinuxNetworking
import NamespaceFixture
import Synchronization
import WMGFramework

@testable import FRRHook

/// FRR did not do what a test needs before it can begin.
struct FRRFixtureError: Error, CustomStringConvertible {
  let description: String
}

/// FRR in a namespace of its own, with overlays as a gateway has them; gone with its last user.
final class RealFRR {
  enum Topology {
    /// The macvlan is on the bridge.
    case direct
    /// The macvlan is on a veth whose other end is a port of the bridge.
    case veth
  }

  private static let made = Atomic<Int>(0)
  /// Whether there is what it takes.
  static var isPossible: Bool {
    geteuid() == 0 && access("/usr/bin/vtysh", X_OK) == 0 && access("/usr/lib/frr/zebra", X_OK) == 0
  }

  let name: String
  let folder: String
  let namespace: NetworkNamespace
  let vnis: VNISet

  init(_ vnis: VNISet, _ topology: Topology, daemons: [String] = ["zebra", "bgpd", "ospfd"]) throws {
    name = "wmgfrr\(getpid())-\(Self.made.add(1, ordering: .relaxed).newValue)"
    folder = "/tmp/\(name)"
    self.vnis = vnis
    try shell("ip netns add \(name)")
    namespace = try NetworkNamespace(named: name)
    try inside("sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1")
    let overlays = vnis.map { Self.overlay($0, topology) }.joined(separator: "\n")
    try ip(
      """
      link set lo up
      link add under type veth peer name far
      address add 10.9.0.1/24 dev under
      link set under up
      link set far up
      \(overlays)
      """)
    // A bridge that comes up lifts the carrier of a macvlan on it, protodown or not.
    let bridges = vnis.map { "br\($0)" }
    let isUp = try eventually {
      try namespace.run {
        let links = LinkTable(try RouteConnection().links())
        return bridges.allSatisfy { links[$0]?.operationalState == .up }
      }
    }
    guard isUp else { throw FRRFixtureError(description: "the bridges do not come up") }
    try ip(vnis.map { "link set vrrp4-\($0) protodown on" }.joined(separator: "\n"))
    mkdir(folder, 0o755)
    try shell("chown frr:frr \(folder)")
    for daemon in daemons { try start(daemon) }
    guard eventually(within: .seconds(10), { sockets.obstacle(daemons) == nil }) else {
      throw FRRFixtureError(description: "FRR does not start")
    }
    try configure()
  }

  deinit {
    for daemon in ["bgpd", "ospfd", "zebra"] { end(daemon, SIGKILL) }
    _ = try? shell("ip netns del \(name)")
    _ = try? shell("rm -rf \(folder)")
  }

  private static func overlay(_ vni: VNI, _ topology: Topology) -> String {
    let mac = MacvlanFixture.mac(of: vni)
    let lower = topology == .direct ? "br\(vni)" : "gw\(vni)"
    let veth = """
      link add gw\(vni) type veth peer name port\(vni)
      link set port\(vni) master br\(vni)
      link set port\(vni) up
      link set gw\(vni) up

      """
    return """
      link add br\(vni) type bridge
      link set br\(vni) up
      link add vx\(vni) type vxlan id \(vni) local 10.9.0.1 dstport 4789 nolearning
      link set vx\(vni) master br\(vni)
      link set vx\(vni) up
      \(topology == .veth ? veth : "")link add vrrp4-\(vni) link \(lower) address \(mac) type macvlan mode bridge
      link set vrrp4-\(vni) protodown on
      address add \(MacvlanFixture.address(of: vni))/24 dev vrrp4-\(vni)
      link set vrrp4-\(vni) up
      """
  }

  var sockets: DaemonSockets { DaemonSockets(folder: folder) }

  /// BGP with EVPN for all VNIs.
  func configure(_ more: String = "") throws {
    try tell(
      """
      router bgp 65001
       no bgp default ipv4-unicast
       neighbor 10.9.0.2 remote-as 65001
       address-family l2vpn evpn
        neighbor 10.9.0.2 activate
        advertise-all-vni
        \(more)
      """)
    let highest = vnis.ranges.last.map { "vx\($0.upperBound)" } ?? ""
    guard eventually(within: .seconds(10), { (try? show("show evpn vni json").contains(highest)) == true })
    else {
      throw FRRFixtureError(description: "FRR does not see the VNIs")
    }
  }

  func start(_ daemon: String) throws {
    try inside(
      "/usr/lib/frr/\(daemon) -d -f /dev/null -i \(folder)/\(daemon).pid -z \(folder)/zserv.api --vty_socket \(folder)"
        + " -A 127.0.0.1")
  }

  func pid(of daemon: String) -> pid_t? {
    SystemFile.read("\(folder)/\(daemon).pid").flatMap { pid_t($0.prefix { $0 != "\n" }) }
  }

  /// Sends a signal to a daemon of ours.
  func signal(_ daemon: String, _ signal: CInt) {
    guard let pid = pid(of: daemon), SystemFile.read("/proc/\(pid)/comm")?.hasPrefix(daemon) == true else {
      return
    }
    kill(pid, signal)
  }

  /// Ends a daemon of ours and waits for it.
  func end(_ daemon: String, _ signal: CInt) {
    self.signal(daemon, SIGCONT)
    self.signal(daemon, signal)
    _ = eventually { !sockets.presence(of: daemon).isListening }
  }

  /// Configures FRR without what is tested.
  func tell(_ commands: String) throws {
    let program = ExternalProgram(
      "/usr/bin/vtysh", ["--vty_socket", folder, "--histfile", "/dev/null", "-f", "/dev/stdin"],
      input: commands + "\n")
    let run = try program.run(within: .seconds(20))
    guard run.ending == .exited(0) else { throw FRRFixtureError(description: run.errors) }
  }

  func show(_ command: String) throws -> String {
    try ExternalProgram("/usr/bin/vtysh", ["--vty_socket", folder, "--histfile", "/dev/null", "-c", command])
      .run(within: .seconds(20))
      .output
  }

  /// The MACs that BGP advertises from here.
  func advertised() throws -> Set<String> {
    let lines = try show("show bgp l2vpn evpn route type macip").split(separator: "\n")
    return Set(
      lines.filter { $0.hasPrefix("*") }.compactMap { line in
        line.matches(of: /\[48\]:\[([0-9a-f:]+)\]/).first.map { String($0.1) }
      })
  }

  @discardableResult
  func inside(_ command: String) throws -> String { try shell("ip netns exec \(name) \(command)") }

  func ip(_ lines: String) throws {
    let path = "/tmp/\(name).batch"
    guard let file = fopen(path, "w") else { throw SystemCallError("write \(path)") }
    fputs(lines + "\n", file)
    fclose(file)
    defer { unlink(path) }
    try shell("ip -n \(name) -batch \(path)")
  }

  /// What the macvlan effector does.
  func setProtoDown(_ isOn: Bool, _ vni: VNI) throws {
    try ip("link set vrrp4-\(vni) protodown \(isOn ? "on" : "off")")
  }
}
