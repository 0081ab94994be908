import LinuxNetworking
import WMGFramework

/// Where a bridge remembers a VNI's MAC: at its port on the other end of the veth that the macvlan sits on.
///
/// Protodown does not remove that memory, and an EVPN speaker on the bridge would go on claiming the MAC until it ages
/// (300 s), so that the VNI's new owner is not reached.
struct ForwardingEntry {
  var vni: VNI
  var address: MACAddress
  var port: Int32

  /// The entry of a macvlan over a veth whose peer is a bridge port here; `nil` in any other topology.
  init?(_ vni: VNI, of macvlan: Link, in links: LinkTable) {
    guard let address = macvlan.address, case .veth(_, let port) = OverlayTopology(of: macvlan, in: links)
    else { return nil }
    self.vni = vni
    self.address = address
    self.port = port
  }
}
