public import WMGFramework

extension StaticStrategy: ExplainingStrategy {
  /// What the table says of the VNI.
  public func reason(for vni: VNI, among gateways: [GatewayID]) -> String? {
    guard let entry = table.entries.first(where: { $0.vnis.contains(vni) }) else {
      return "The table does not list VNI \(vni): the greatest hash owns it."
    }
    let vnis = VNISet(entry.vnis)
    let list = entry.owners.map(\.description).joined(separator: ",")
    guard let place = entry.owners.firstIndex(where: gateways.contains) else {
      return "The table lists \(list) for \(vnis), and none of them is there: the greatest hash owns it."
    }
    return place == 0
      ? "The table lists it first for \(vnis)."
      : "The table lists \(list) for \(vnis), and \(entry.owners[place]) is the first of them that is there."
  }
}
