import FoundationEssentials
import GatewayLab
import Glibc
package import WMGFramework

extension FleetStage {
  /// What a gateway's daemon says of itself; `nil` when it does not answer.
  package func status(of gateway: Int) throws -> GatewayStatus? {
    let file = "\(network.folder)/status.json"
    defer { unlink(file) }
    let child = try ChildProcess(
      options.binary,
      ["status", "--json", "--control-socket", network.gateways[gateway].controlSocket],
      output: .file(file))
    guard child.wait(for: .seconds(5)) == .exited(0) else {
      endGroup(child)
      return nil
    }
    return try? JSONDecoder().decode(GatewayStatus.self, from: Data(LabFolder.text(of: file).utf8))
  }

  /// How often a daemon has lost news of its macvlans and read everything anew; `nil` when it does not answer.
  func overrunsNoticed(by gateway: Int) throws -> Int? {
    try status(of: gateway).map { Int($0.counters["macvlan"]?["netlink-overruns"] ?? 0) }
  }

  /// The figures that tell whether the burdens were felt, of the daemons that run.
  package func burdensFelt() throws -> [String] {
    let names = [
      ("macvlan", "netlink-overruns"), ("garp", "netlink-overruns"),
      ("udp-broadcast", "dropped-wrong-length"), ("udp-broadcast", "dropped-peer-table-full"),
      ("udp-broadcast", "dropped-receive-buffer-full"), ("core", "suspensions"), ("core", "drifts-seen"),
    ]
    var lines = [floods.line, fullDiskLine].compactMap { $0 }
    lines += try running.sorted().compactMap { gateway in
      guard let status = try status(of: gateway) else { return nil }
      let figures = names.map { component, name in
        "\(component).\(name) \(status.counters[component]?[name] ?? 0)"
      }
      return "g\(gateway + 1) since its last start: " + figures.joined(separator: ", ")
    }
    return lines
  }
}
