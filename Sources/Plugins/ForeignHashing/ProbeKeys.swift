import WMGFramework

/// The pairs that a function is tried with; the same on every gateway, so that their results can be compared.
enum ProbeKeys {
  static let vnis = [1, 2, 3, 100, 4094, 10_000, 65_536, 16_777_215].compactMap { VNI(rawValue: $0) }
  static let gateways = [1, 2, 3, 11, 4_294_967_297, 1 << 60, 8_874_762_027_149_433_019, .max]
    .compactMap { GatewayID(rawValue: $0) }

  struct Pair: Hashable, CustomStringConvertible {
    let vni: VNI
    let gateway: GatewayID

    var description: String { "VNI \(vni) and uid \(gateway)" }
  }

  /// By VNI, then by uid.
  static let pairs = vnis.flatMap { vni in gateways.map { Pair(vni: vni, gateway: $0) } }

  /// The order of calls: forth, and back, so that what a function remembers of its last call shows.
  static let calls = Array(pairs.indices) + pairs.indices.reversed()
}
