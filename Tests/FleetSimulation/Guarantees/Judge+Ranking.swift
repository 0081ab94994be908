import WMGFramework

// Who ranks before whom, as the strategy of the fleet has it.
extension Judge {
  /// All machines on which something has run, the best for a VNI first.
  func ranking(of vni: Int) -> [Host] {
    hosts.filter { $0.incarnations > 0 }.sorted { outranks($0, $1, vni) }
  }

  func outranks(_ one: Host, _ other: Host, _ vni: Int) -> Bool {
    let places = places(vni)
    return places[one.index] < places[other.index]
  }

  /// Two machines with one uid have one place.
  private func places(_ vni: Int) -> [Int] {
    if let known = rankings[vni] { return known }
    let sorted = hosts.sorted { outranks($0.uid, $1.uid, vni) }
    var places = Array(repeating: 0, count: hosts.count)
    for (place, host) in sorted.enumerated() {
      let isShared = place > 0 && sorted[place - 1].uid == host.uid
      places[host.index] = isShared ? places[sorted[place - 1].index] : place
    }
    rankings[vni] = places
    return places
  }

  /// A machine has another uid now.
  func uidChanged() { rankings = Array(repeating: nil, count: rankings.count) }

  func outranks(_ one: GatewayID, _ other: GatewayID, _ vni: Int) -> Bool {
    guard one != other else { return false }
    let view = [one, other].sorted()
    let first = hosts[0].configuration.vnis.ranges[0].lowerBound.rawValue
    let vnis = [VNI(rawValue: first + UInt32(vni)) ?? .min]
    var owners: [UInt16] = [0]
    var span = owners.mutableSpan
    world.strategy.assign(vnis.span, to: view.span, owners: &span)
    return view[Int(owners[0])] == one
  }
}
