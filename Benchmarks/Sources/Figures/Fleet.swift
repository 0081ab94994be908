import Foundation
public import GatewayLab
import LinuxNetworking
public import WMGFramework

/// Gateways with 1,000 overlays in network namespaces, and the instruments at them.
///
/// Every overlay has a bridge and a VXLAN of its own, as in reality: with all macvlans on one link each gratuitous ARP
/// would be copied to 999 siblings, which measures something else.
public final class Fleet {
  /// The namespaces.
  public let network: LabNetwork
  /// Who carries what.
  public let observer: OwnershipObserver
  /// Who announced what when, at the switch.
  public let announcements: AnnouncementCapture
  /// How daemons are started: as by default.
  public let command: DaemonCommand
  private let experiment: Experiment

  /// The advertisement interval and the detection time of all figures.
  public static let interval = Duration.seconds(1)
  /// How long a silent gateway is believed to be alive.
  public static let detectionTime = interval * 3

  /// Builds it; no daemon runs yet.
  ///
  /// - Throws: `LabError`.
  public init(_ experiment: Experiment, gatewayCount: Int = 3, vniCount: UInt32 = 1000) throws {
    let vnis = VNISet(VNI.min...VNI(rawValue: vniCount)!)
    command = DaemonCommand(binary: try DaemonBinary.path(), vnis: vnis, interval: Self.interval)
    self.experiment = experiment
    experiment.say("Building \(gatewayCount) x \(vniCount) overlays …")
    network = try LabNetwork(
      LabConfiguration(
        gatewayCount: gatewayCount, vnis: vnis, topology: .direct, hasClient: false, prefix: "wmgbench"))
    observer = try OwnershipObserver(network)
    announcements = try AnnouncementCapture(network)
    guard try experiment.wait(patience: .seconds(10), until: { observer.owned.allSatisfy(\.isEmpty) }) else {
      throw LabError("not every macvlan is standby before the start")
    }
  }

  deinit {
    observer.stop()
    announcements.stop()
    network.remove()
  }

  /// Starts all daemons at once.
  public func start() throws {
    for gateway in network.gateways { try gateway.start(command) }
  }

  /// Waits until every VNI has had one owner, and `condition` has held, for a second.
  ///
  /// - Returns: when that calm began.
  /// - Throws: `LabError`, when there is none within `patience`.
  @discardableResult
  public func waitForOneOwnerEach(
    patience: Duration = .seconds(20), and condition: () -> Bool = { true }
  ) throws -> MonotonicInstant {
    var calmSince: MonotonicInstant?
    let isCalm = try experiment.wait(patience: patience) {
      calmSince = observer.exceptions == 0 && condition() ? calmSince ?? BootTimeClock.now : nil
      return calmSince.map { BootTimeClock.now - $0 >= .seconds(1) } ?? false
    }
    guard isCalm, let calmSince else {
      throw LabError("\(observer.exceptions) VNIs without exactly one owner after \(patience):\(picture)")
    }
    return calmSince
  }

  /// For an error's text: who owns how much, and each daemon's last words.
  private var picture: String {
    let owned = observer.owned
    return network.gateways.map { gateway in
      let words = gateway.log().split(separator: "\n").suffix(5).joined(separator: "\n  ")
      return "\n\(gateway.name) carries \(owned[gateway.index].count) VNIs; its log:\n  \(words)"
    }.joined()
  }

  /// What a gateway's daemon says of itself.
  public func status(of gateway: LabGateway) throws -> GatewayStatus {
    let file = "\(network.folder)/status.json"
    defer { unlink(file) }
    let process = try ChildProcess(
      command.binary, ["status", "--json", "--control-socket", gateway.controlSocket], output: .file(file))
    guard process.wait(for: .seconds(5)) == .exited(0) else {
      throw LabError("\(gateway.name) does not tell its status")
    }
    return try JSONDecoder().decode(GatewayStatus.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
  }
}
