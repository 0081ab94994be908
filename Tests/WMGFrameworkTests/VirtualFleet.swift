import WMGFramework

@testable import WMGFramework

/// Several cores on one virtual segment, in virtual time: no threads, no clocks, the same run every time.
final class VirtualFleet {
  private(set) var now = MonotonicInstant(nanoseconds: 100_000_000_000)
  private(set) var gateways: [VirtualGateway] = []
  /// How long a packet takes from one gateway (by index) to another; `nil` loses it.
  var link: (_ from: Int, _ to: Int, _ packet: Int) -> Duration? = { _, _, _ in .microseconds(200) }
  /// Called whenever something has happened.
  var observe: ((VirtualFleet) -> Void)?
  private var flights: [(at: MonotonicInstant, to: Int, heard: HeardAdvertisement)] = []
  private var actions: [(at: MonotonicInstant, body: (VirtualFleet) -> Void)] = []
  private var packets = 0
  /// For how long each number of owners was seen, by VNI: [owners: longest time without a break].
  private(set) var longestWithoutOwner: Duration = .zero
  private(set) var longestWithTwo: Duration = .zero
  private var without: [VNI: MonotonicInstant] = [:]
  private var double: [VNI: MonotonicInstant] = [:]

  @discardableResult
  func add(_ gateway: VirtualGateway) -> VirtualGateway {
    gateways.append(gateway)
    return gateway
  }

  /// Plans something.
  func at(_ delay: Duration, _ body: @escaping (VirtualFleet) -> Void) { actions.append((now + delay, body)) }

  /// An advertisement that no gateway of this fleet has sent.
  func forge(
    _ uid: UInt64, to index: Int, state: Advertisement.State? = nil, from source: UInt32 = 0x0A00_01C8,
    receivedAt: MonotonicInstant? = nil
  ) {
    guard let gateway = GatewayID(rawValue: uid) else { return }
    gateways[index].socket.append(
      HeardAdvertisement(
        Advertisement(gateway: gateway, state: state), from: IPv4Address(rawValue: source),
        ownAddress: gateways[index].address, receivedAt: receivedAt ?? now))
  }

  func owners(of vni: VNI) -> [Int] {
    gateways.indices.filter { !gateways[$0].isCrashed && gateways[$0].effectors[0].active.contains(vni) }
  }

  /// Forgets how long VNIs were without an owner, or with two, up to now.
  func resetFigures() {
    (without, double) = ([:], [:])
    (longestWithoutOwner, longestWithTwo) = (.zero, .zero)
  }

  func run(for duration: Duration) {
    let end = now + duration
    settle()
    while true {
      let times = gateways.compactMap(\.nextTime) + flights.map(\.at) + actions.map(\.at)
      guard let next = times.min(), next <= end else { break }
      now = max(now, next)
      settle()
    }
    now = end
    settle()
  }

  private func settle() {
    for action in actions.filter({ $0.at <= now }) { action.body(self) }
    actions.removeAll { $0.at <= now }
    for flight in flights.filter({ $0.at <= now }) where !gateways[flight.to].isCrashed {
      gateways[flight.to].socket.append(flight.heard)
    }
    flights.removeAll { $0.at <= now }
    for (index, gateway) in gateways.enumerated() {
      for _ in 0..<gateway.work(at: now) { broadcast(from: index) }
    }
    measure()
    observe?(self)
  }

  private func broadcast(from sender: Int) {
    let gateway = gateways[sender]
    packets += 1
    for receiver in gateways.indices where receiver != sender {
      guard let delay = link(sender, receiver, packets) else { continue }
      let heard = HeardAdvertisement(
        Advertisement(gateway: gateway.configuration.uid, state: .active), from: gateway.address,
        ownAddress: gateways[receiver].address, receivedAt: now + delay)
      flights.append((now + delay, receiver, heard))
    }
  }

  private func measure() {
    for vni in gateways.first?.configuration.vnis ?? VNISet() {
      let count = owners(of: vni).count
      longestWithoutOwner = max(longestWithoutOwner, Self.lasted(&without, vni, count == 0, now))
      longestWithTwo = max(longestWithTwo, Self.lasted(&double, vni, count > 1, now))
    }
  }

  private static func lasted(
    _ since: inout [VNI: MonotonicInstant], _ vni: VNI, _ isSo: Bool, _ now: MonotonicInstant
  ) -> Duration {
    let began = since[vni]
    since[vni] = isSo ? began ?? now : nil
    return began.map { now - $0 } ?? .zero
  }
}
