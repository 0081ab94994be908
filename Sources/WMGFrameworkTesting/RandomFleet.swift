public import WMGFramework

/// Gateways and VNIs of many shapes, the same for the same seed and number.
public struct RandomFleet: Sendable {
  /// The gateways, ascending.
  public let gateways: [GatewayID]
  /// The VNIs, ascending.
  public let vnis: [VNI]
  /// What else is random about this fleet comes from here.
  var generator: SeededGenerator

  /// Up to 12 gateways, whose uids are random, small, or multiples of each other, and up to 48 VNIs in rows or
  /// scattered.
  public init(seed: UInt64, number: Int) {
    generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
    gateways = Self.gateways(Int.random(in: 1...12, using: &generator), &generator)
    vnis = Self.vnis(Int.random(in: 1...48, using: &generator), &generator)
  }

  /// `count` gateways with random uids, and VNIs from 1 on, `vnisPerGateway` for each.
  public init(of count: Int, vnisPerGateway: Int, seed: UInt64, number: Int) {
    generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0xD134_2543_DE82_EF95)
    var uids: Set<GatewayID> = []
    while uids.count < count { uids.insert(.random(using: &generator)) }
    gateways = uids.sorted()
    vnis = (1...UInt32(count * vnisPerGateway)).compactMap(VNI.init(rawValue:))
  }

  /// One of the fleets of `StrategyExamination.digest()`. They have to be the same for ever, and the standard library may
  /// change how it draws a number in a range; so these come of the generator's numbers alone.
  init(ofDigest number: Int) {
    generator = SeededGenerator(seed: UInt64(number))
    var uids: Set<GatewayID> = []
    while uids.count <= number % 12 {
      // Every other fleet has small uids.
      if let uid = GatewayID(rawValue: generator.next() >> (number % 2 == 0 ? 0 : 58)) { uids.insert(uid) }
    }
    gateways = uids.sorted()
    var numbers: Set<VNI> = []
    while numbers.count < 50 {
      if let vni = VNI(rawValue: UInt32(generator.next() >> 40)) { numbers.insert(vni) }
    }
    vnis = numbers.sorted()
  }

  /// A gateway that is not in the fleet, of the same kinds.
  mutating func outsider() -> GatewayID {
    while true {
      let candidate = Self.gateways(1, &generator)[0]
      if !gateways.contains(candidate) { return candidate }
    }
  }

  /// For each gateway a view: itself and a random part of the others.
  mutating func unequalViews() -> [[GatewayID]] {
    gateways.map { holder in
      gateways.filter { $0 == holder || Bool.random(using: &generator) }
    }
  }

  private static func gateways(_ count: Int, _ generator: inout SeededGenerator) -> [GatewayID] {
    let kind = UInt64.random(in: 0..<4, using: &generator)
    var uids: Set<GatewayID> = []
    while uids.count < count {
      let number: UInt64 =
        switch kind {
        case 0, 1: generator.next()
        case 2: .random(in: 1...40, using: &generator)
        default: UInt64.random(in: 1...255, using: &generator) << 54
        }
      if let uid = GatewayID(rawValue: number) { uids.insert(uid) }
    }
    return uids.sorted()
  }

  private static func vnis(_ count: Int, _ generator: inout SeededGenerator) -> [VNI] {
    let isRow = Bool.random(using: &generator)
    let first = UInt32.random(in: 1...(Bool.random(using: &generator) ? 100 : 16_777_000), using: &generator)
    var vnis: Set<VNI> = []
    while vnis.count < count {
      let number = isRow ? first + UInt32(vnis.count) : .random(in: 1...0xFF_FFFF, using: &generator)
      if let vni = VNI(rawValue: number) { vnis.insert(vni) }
    }
    return vnis.sorted()
  }
}

extension RandomFleet: CustomStringConvertible {
  /// The uids and the VNI set.
  public var description: String {
    "gateways \(gateways.map(\.description).joined(separator: ",")), VNIs \(VNISet(vnis))"
  }
}
