import LinuxNetworking
import WMGFramework

/// What `wmgwd2 check` says of each VNI's interface.
struct MacvlanInspection {
  var pattern: InterfaceNamePattern
  var links: LinkTable
  var addresses: AddressTable

  func findings(for vnis: VNISet) -> [Finding] {
    var findings: [Finding] = []
    var seen: [LowerAndAddress: String] = [:]
    for vni in vnis {
      let name = pattern.name(of: vni)
      var found: [Finding] = []
      if let hindrance = Hindrance.toStandby(name, in: links) {
        found.append(Finding(.error, vni: vni, subject: name, message: hindrance.reason(name)))
      } else if let link = links[name] {
        found += inspect(link, vni)
        found += inspectAddress(link, vni, &seen)
      }
      findings += found.isEmpty ? [Finding(.ok, vni: vni, subject: name, message: "is ready")] : found
    }
    return findings + topologies(of: vnis)
  }

  /// One finding per topology that there is: most hosts have one.
  private func topologies(of vnis: VNISet) -> [Finding] {
    var direct = 0
    var veth = 0
    for vni in vnis {
      guard let link = links[pattern.name(of: vni)], link.kind == "macvlan" else { continue }
      switch OverlayTopology(of: link, in: links) {
      case .direct: direct += 1
      case .veth: veth += 1
      case .other: break
      }
    }
    var found: [Finding] = []
    if direct > 0 {
      found.append(
        Finding(
          .ok, subject: "topology direct",
          message: "\(direct) macvlans sit on their bridge: FRR follows their carrier, if it has "
            + "advertise-default-gw; handovers overlap by 200 ms or more"))
    }
    if veth > 0 {
      found.append(
        Finding(
          .ok, subject: "topology veth",
          message:
            "\(veth) macvlans reach their bridge over a veth pair: the bridge learns the virtual MAC from "
            + "gratuitous ARP and is made to forget it on release; handovers overlap beside the effector frr only"
        ))
    }
    if direct > 0, veth > 0 {
      found.append(
        Finding(
          .warning, subject: "topology",
          message: "some VNIs are direct and some over a veth; handovers of all overlap",
          fix: "use one topology, or set --handover-overlap"))
    }
    return found
  }

  private func inspect(_ link: Link, _ vni: VNI) -> [Finding] {
    let name = link.name
    var found: [Finding] = []
    func add(_ severity: Finding.Severity, _ message: String, fix: String? = nil) {
      found.append(Finding(severity, vni: vni, subject: name, message: message, fix: fix))
    }
    if link.macvlanMode != .bridge {
      add(
        .warning,
        "is in \(link.macvlanMode.map { "\($0)" } ?? "unknown") mode; bridge mode is what is tested",
        fix: "ip link set \(name) type macvlan mode bridge")
    }
    if !addresses.hasAddress(link.index) {
      add(
        .error, "has no IPv4 address, so there is nothing to announce",
        fix: "ip address add GATEWAY/PREFIX dev \(name)")
    }
    if !link.flags.contains(.adminUp) { add(.error, "is admin down", fix: "ip link set \(name) up") }
    if link.protoDownReasons != 0 {
      add(.warning, Hindrance.heldDown(reasons: link.protoDownReasons).reason(name))
    }
    if link.isLowerElsewhere {
      add(.warning, "its lower device is in another namespace, so its carrier cannot be seen from here")
    } else if let index = link.lowerIndex, let lower = links[index],
      !lower.flags.contains(.lowerUp)
    {
      lower.flags.contains(.adminUp)
        ? add(.error, "its lower device \(lower.name) has no carrier")
        : add(.error, "its lower device \(lower.name) is down", fix: "ip link set \(lower.name) up")
    }
    if SystemFile.sysctl("net/ipv6/conf/\(name)/disable_ipv6") == 0 {
      add(
        .warning, "has IPv6 enabled, which makes takeovers about 100 times slower",
        fix: "sysctl -w net/ipv6/conf/\(name)/disable_ipv6=1")
    }
    return found
  }

  /// Two macvlans on one lower device cannot be told apart if their MACs are the same.
  private func inspectAddress(
    _ link: Link, _ vni: VNI, _ seen: inout [LowerAndAddress: String]
  ) -> [Finding] {
    guard let address = link.address, let lower = link.lowerIndex else { return [] }
    let key = LowerAndAddress(lower: link.isLowerElsewhere ? -lower : lower, address: address)
    guard let other = seen.updateValue(link.name, forKey: key) else { return [] }
    return [
      Finding(
        .error, vni: vni, subject: link.name,
        message: "has the MAC \(address) of \(other) on the same lower device",
        fix: "ip link set \(link.name) address MAC")
    ]
  }

  private struct LowerAndAddress: Hashable {
    var lower: Int32
    var address: MACAddress
  }
}
