import CLinux
import Glibc
import LinuxNetworking
import WMGFramework

/// Where a host of the fabric sends each overlay's frames, by the overlay's index.
struct ForwardingTable: Sendable {
  /// The remote end for the virtual MAC; `nil`: none, so such frames are flooded.
  private(set) var vteps: [IPv4Address?]
  /// The remote ends that floods go to.
  private(set) var floods: [Set<IPv4Address>]
  private let macs: [UInt64]

  init(_ plan: AddressPlan) {
    vteps = Array(repeating: nil, count: plan.count)
    floods = Array(repeating: [], count: plan.count)
    macs = plan.vnis.map(AddressPlan.virtualMACNumber)
  }

  /// Takes one entry over, come or gone.
  ///
  /// - Returns: whether the remote end for the virtual MAC has changed.
  mutating func apply(_ sighting: wmg_forwarding_sighting, overlay: Int) -> Bool {
    let vtep = IPv4Address(rawValue: sighting.vtep)
    let isPresent = sighting.kind == wmg_forwarding_present.rawValue
    if sighting.mac == 0 {
      if isPresent { floods[overlay].insert(vtep) } else { floods[overlay].remove(vtep) }
    }
    guard sighting.mac == macs[overlay] else { return false }
    let before = vteps[overlay]
    if isPresent {
      vteps[overlay] = vtep
    } else if before == vtep {
      vteps[overlay] = nil
    }
    return vteps[overlay] != before
  }
}

/// A socket for one host's forwarding entries, and what its VXLAN devices are called.
struct ForwardingReader {
  let socket: NetlinkDescriptor
  private let overlays: [CInt: Int]
  private let plan: AddressPlan

  init(_ network: FabricNetwork, in namespace: String) throws(LabError) {
    plan = network.plan
    do {
      (socket, overlays) = try NetworkNamespace(named: namespace).run {
        let descriptor = wmg_open_forwarding_observer()
        guard descriptor >= 0 else { throw SystemCallError("open a netlink socket in \(namespace)") }
        var overlays: [CInt: Int] = [:]
        for (index, vni) in network.plan.vnis.enumerated() {
          overlays[CInt(if_nametoindex(network.overlay(vni).vxlan))] = index
        }
        return (NetlinkDescriptor(descriptor), overlays)
      }
    } catch {
      throw LabError("\(error)", exitCode: 71)
    }
  }

  /// Asks for all entries and reads them: a few milliseconds for a thousand overlays.
  func readAll() throws(LabError) -> ForwardingTable {
    var table = ForwardingTable(plan)
    guard wmg_request_all_forwarding(socket.number) == 0 else {
      throw LabError(SystemCallError("ask for forwarding entries").description, exitCode: 71)
    }
    var isComplete = false
    while !isComplete {
      var ready = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 5000) > 0 else {
        throw LabError("the kernel does not tell its forwarding entries")
      }
      _ = receive { overlay, sighting in
        if let overlay { _ = table.apply(sighting, overlay: overlay) }
        if sighting.kind == wmg_forwarding_dump_done.rawValue { isComplete = true }
      }
    }
    return table
  }

  /// Reads what is waiting; an entry comes with its overlay's index, anything else without.
  ///
  /// - Returns: whether nothing was lost.
  func receive(_ body: (_ overlay: Int?, _ sighting: wmg_forwarding_sighting) -> Void) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(socket.number, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == ENOBUFS { return false }
      guard count > 0 else { return true }
      var offset = 0
      var sighting = wmg_forwarding_sighting()
      while wmg_next_forwarding_sighting(buffer, count, &offset, &sighting) == 1 {
        let isEntry =
          sighting.kind == wmg_forwarding_present.rawValue || sighting.kind == wmg_forwarding_gone.rawValue
        body(isEntry ? overlays[sighting.index] : nil, sighting)
      }
    }
  }
}

/// A socket that is closed with its last user.
final class NetlinkDescriptor: Sendable {
  let number: CInt

  init(_ number: CInt) {
    self.number = number
  }

  deinit {
    close(number)
  }
}
