import Glibc
public import WMGFramework

/// A gateway's link to the switch.
public enum LabLink: String, Sendable, CaseIterable {
  /// Where gateways hear each other.
  case underlay
  /// Where the overlays run.
  case transport
}

extension LabLink {
  /// The interface at the switch's end of a gateway's link.
  public func port(of gateway: Int) -> String { NetworkScript.port(rawValue, gateway) }
}

/// What can happen to a gateway's links and interfaces. Gateways are given by their index.
extension LabNetwork {
  /// Pulls a cable: the link loses its carrier.
  public func cut(_ link: LabLink, of gateway: Int) throws(LabError) {
    try IPCommand.run(["link set \(NetworkScript.port(link.rawValue, gateway)) down"], in: switchNamespace)
  }

  /// Pulls both cables at once, as when a machine dies.
  public func cutAll(of gateway: Int) throws(LabError) {
    let lines = LabLink.allCases.map { "link set \(NetworkScript.port($0.rawValue, gateway)) down" }
    try IPCommand.run(lines, in: switchNamespace)
  }

  /// Plugs a cable back in.
  public func restore(_ link: LabLink, of gateway: Int) throws(LabError) {
    try IPCommand.run(["link set \(NetworkScript.port(link.rawValue, gateway)) up"], in: switchNamespace)
  }

  /// Plugs both cables back in.
  public func restoreAll(of gateway: Int) throws(LabError) {
    let lines = LabLink.allCases.map { "link set \(NetworkScript.port($0.rawValue, gateway)) up" }
    try IPCommand.run(lines, in: switchNamespace)
  }

  /// Takes the carrier of a VNI's lower device away and gives it back at once. In a light lab that is the one link of
  /// all VNIs.
  public func flapParent(of vni: VNI, at gateway: Int) throws(LabError) {
    try setParent(of: vni, at: gateway, up: false)
    try setParent(of: vni, at: gateway, up: true)
  }

  /// Gives or takes the carrier of a VNI's lower device.
  public func setParent(of vni: VNI, at gateway: Int, up: Bool) throws(LabError) {
    let state = up ? "up" : "down"
    switch configuration.topology {
    case .direct: try IPCommand.run(["link set br\(vni) \(state)"], in: gateways[gateway].namespace)
    case .veth: try IPCommand.run(["link set veth\(vni) \(state)"], in: gateways[gateway].namespace)
    case .light:
      let port = NetworkScript.port(LabLink.transport.rawValue, gateway)
      try IPCommand.run(["link set \(port) \(state)"], in: switchNamespace)
    }
  }

  /// Deletes the macvlans of these VNIs.
  public func deleteInterfaces(of vnis: some Sequence<VNI>, at gateway: Int) throws(LabError) {
    try IPCommand.run(vnis.map { "link del vrrp4-\($0)" }, in: gateways[gateway].namespace)
  }

  /// Makes them anew, with new interface indices: standby, or active as an operator would who knows no better.
  public func recreateInterfaces(
    of vnis: some Sequence<VNI>, at gateway: Int, standby: Bool = true
  ) throws(LabError) {
    var lines = vnis.compactMap { plan.index(of: $0) }.flatMap { script.macvlan($0) }
    if !standby { lines.removeAll { $0.hasSuffix("protodown on") } }
    try IPCommand.run(lines, in: gateways[gateway].namespace)
  }

  /// Sets protodown by hand, as an operator might.
  public func setProtodown(_ on: Bool, of vnis: some Sequence<VNI>, at gateway: Int) throws(LabError) {
    let lines = vnis.map { "link set vrrp4-\($0) protodown \(on ? "on" : "off")" }
    try IPCommand.run(lines, in: gateways[gateway].namespace)
  }

  /// Sets the macvlans of these VNIs up or down, as an operator might.
  public func setAdministrativeState(up: Bool, of vnis: some Sequence<VNI>, at gateway: Int) throws(LabError)
  {
    let lines = vnis.map { "link set vrrp4-\($0) \(up ? "up" : "down")" }
    try IPCommand.run(lines, in: gateways[gateway].namespace)
  }

  /// Takes the address away that discovery uses.
  public func removeUnderlayAddress(of gateway: Int) throws(LabError) {
    let address = gateways[gateway].underlayAddress
    try IPCommand.run(["addr del \(address)/24 dev underlay"], in: gateways[gateway].namespace)
  }

  /// Gives it back.
  public func restoreUnderlayAddress(of gateway: Int) throws(LabError) {
    try IPCommand.run(script.underlayAddress(of: gateway), in: gateways[gateway].namespace)
  }

  /// Brings a dead gateway's machine back as a reboot would: no process left, all its interfaces standby, then its
  /// cables.
  public func reboot(_ gateway: Int) throws(LabError) {
    NamespaceProcesses.kill(in: [gateways[gateway].namespace])
    try setProtodown(true, of: plan.vnis, at: gateway)
    try restoreAll(of: gateway)
    // Where the cable is the macvlans' lower device, its carrier has brought them up in spite of protodown.
    try setProtodown(true, of: plan.vnis, at: gateway)
  }

  /// Makes everything as it was when the lab was built: no daemons, all links there, every macvlan standby.
  public func reset() throws(LabError) {
    for gateway in gateways { _ = gateway.daemon?.end(patience: .zero) }
    NamespaceProcesses.kill(in: gateways.map(\.namespace))
    for gateway in gateways.indices {
      try restoreAll(of: gateway)
      // What is there already refuses to be made again, which is as good.
      try IPCommand.run(script.repairs(of: gateway), in: gateways[gateway].namespace, force: true)
    }
    // A lower device that has just gained carrier may bring its macvlan up once more.
    usleep(100_000)
    for gateway in gateways.indices { try setProtodown(true, of: plan.vnis, at: gateway) }
  }
}
