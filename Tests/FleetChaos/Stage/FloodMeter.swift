import GatewayLab
import Glibc
import LinuxNetworking
package import WMGFramework

/// How many packets per second floods offer, and how many arrive at the gateways' links, as the switch's interfaces
/// count them.
package final class FloodMeter {
  /// The counters of packets sent by the bridge, and to each gateway's link, at a time.
  package struct Reading: Hashable, Sendable {
    package var at: MonotonicInstant
    package var offered: Int
    package var arrived: [Int]

    package init(at: MonotonicInstant, offered: Int, arrived: [Int]) {
      self.at = at
      self.offered = offered
      self.arrived = arrived
    }

    /// - Parameter devices: /proc/net/dev.
    package init(at: MonotonicInstant, devices: String, bridge: String, ports: [String]) {
      var sent: [String: Int] = [:]
      for line in devices.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1)
        let words = parts.last?.split(separator: " ") ?? []
        guard parts.count == 2, words.count > 9 else { continue }
        sent[String(parts[0].drop { $0 == " " })] = Int(words[9])
      }
      self.init(at: at, offered: sent[bridge] ?? 0, arrived: ports.map { sent[$0] ?? 0 })
    }
  }

  private let namespace: NetworkNamespace
  private let ports: [String]
  private var begun: [Int: Reading] = [:]
  /// The beginning and the end of every flood.
  private var floods: [(from: Reading, to: Reading)] = []

  /// - Throws: `SystemCallError`.
  init(_ network: LabNetwork) throws {
    namespace = try NetworkNamespace(named: network.switchNamespace)
    ports = network.gateways.indices.map { LabLink.underlay.port(of: $0) }
  }

  /// Begins to measure, once the flood has begun.
  func begin(_ number: Int) throws {
    let first = try read()
    var reading = first
    while reading.offered < first.offered + 1000, reading.at - first.at < .seconds(1) {
      usleep(5000)
      reading = try read()
    }
    begun[number] = reading
  }

  func end(_ number: Int) throws {
    guard let from = begun.removeValue(forKey: number) else { return }
    floods.append((from, try read()))
  }

  /// What there is to say of all floods together.
  package var line: String? { Self.line(floods) }

  package static func line(_ floods: [(from: Reading, to: Reading)]) -> String? {
    let rates = floods.compactMap { flood -> (offered: Int, arrived: [Int], length: Duration)? in
      let length = flood.to.at - flood.from.at
      guard length > .zero else { return nil }
      func rate(_ from: Int, _ to: Int) -> Int {
        Int(Double(to - from) / (Double(length.nanoseconds) / 1e9))
      }
      return (
        rate(flood.from.offered, flood.to.offered), zip(flood.from.arrived, flood.to.arrived).map(rate),
        length
      )
    }
    guard let least = rates.map(\.offered).min(), let most = rates.map(\.offered).max() else { return nil }
    let arrived = rates.flatMap(\.arrived)
    let length = rates.reduce(Duration.zero) { $0 + $1.length }
    return "\(rates.count) floods, \(seconds(length)): \(least) to \(most) packets/s offered, "
      + "\(arrived.min() ?? 0) to \(arrived.max() ?? 0) arrived at a gateway's link"
  }

  private func read() throws -> Reading {
    let text = try namespace.run { LabFolder.text(of: "/proc/thread-self/net/dev") }
    return Reading(
      at: BootTimeClock.now, devices: text, bridge: LabLink.underlay.rawValue, ports: ports)
  }
}
