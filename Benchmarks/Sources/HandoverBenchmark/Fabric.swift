import Figures
import GatewayLab
import LinuxNetworking
import WMGFramework

/// Two gateways in an EVPN fabric, and the instruments at it.
final class Fabric {
  let network: FabricNetwork
  let observer: OwnershipObserver
  let forwarding: ForwardingObserver
  private let binary: String
  private let experiment: Experiment

  init(_ topology: FabricTopology, vniCount: Int, _ experiment: Experiment) throws {
    let vnis = try VNISet(parsing: "1-\(vniCount)")
    experiment.say("Building a fabric of \(vniCount) overlays, \(topology.rawValue) …")
    network = try FabricNetwork(
      FabricConfiguration(
        vnis: vnis, topology: topology, duplicateAddressDetection: .off, prefix: "wmgbench"))
    observer = try OwnershipObserver(network)
    forwarding = try ForwardingObserver(network)
    binary = try DaemonBinary.path()
    self.experiment = experiment
  }

  deinit {
    forwarding.stop()
    observer.stop()
    network.remove()
  }

  func start(_ gateway: Int) throws {
    try network.gateways[gateway].start(network.daemonCommand(for: gateway, binary: binary))
  }

  func stop(_ gateway: Int) throws {
    network.gateways[gateway].daemon?.terminate()
    guard network.gateways[gateway].daemon?.wait(for: .seconds(20)) == .exited(0) else {
      throw LabError("gateway \(gateway + 1) did not stop: \(network.gateways[gateway].log().suffix(500))")
    }
  }

  /// Waits until every VNI has one owner and the access point leads there.
  func settle() throws {
    try experiment.pause(.seconds(4))
    guard forwarding.waitUntilLeading(to: { self.observer.soleOwners }, patience: .seconds(30)) != nil else {
      throw LabError(
        "the access point does not lead to the owners: \(forwarding.misled(observer.soleOwners))")
    }
    try experiment.pause(.seconds(1))
  }
}
