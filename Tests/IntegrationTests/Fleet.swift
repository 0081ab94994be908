import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

/// Three gateways × 100 VNIs with an observer: what most tests begin with.
///
/// The network is built once per topology and made whole again for each test, which is much quicker than a new one.
final class Fleet {
  static let vnis = VNISet(VNI(rawValue: 1)!...VNI(rawValue: 100)!)

  let network: LabNetwork
  let observer: OwnershipObserver
  var command: DaemonCommand

  /// The detection time of our daemons.
  var detectionTime: Duration { command.interval * 3 }
  /// How long a planned handover overlaps, which the daemons decide by the topology.
  let overlap: Duration
  /// What one takeover may take on this (small, shared) machine.
  let takeover = Duration.milliseconds(150)

  init(_ topology: LabTopology = .direct, interval: Duration = .milliseconds(200), _ further: [String] = [])
    throws
  {
    overlap = topology == .direct ? .milliseconds(200) : .zero
    network = try SharedNetworks.network(topology)
    try network.reset()
    observer = try OwnershipObserver(network)
    command = DaemonCommand(
      binary: try Daemon.path(), vnis: Self.vnis, interval: interval, further: further)
    #expect(pollUntil(.seconds(5)) { observer.owned.allSatisfy(\.isEmpty) }, "the lab was not made whole")
  }

  deinit {
    observer.stop()
    for gateway in network.gateways { _ = gateway.daemon?.end(patience: .zero) }
  }

  /// Starts daemons and waits for one owner each.
  func start(_ gateways: [Int] = [0, 1, 2]) throws {
    for gateway in gateways { try network.gateways[gateway].start(command) }
    try expectOneOwnerEach(within: detectionTime + .seconds(2))
  }

  /// Exactly one owner each among the counted gateways, and it stays so for 200 ms.
  @discardableResult
  func expectOneOwnerEach(
    within patience: Duration, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Duration {
    let took = observer.waitForOneOwnerEach(
      patience: patience * Sanitizer.slowness, calm: .milliseconds(200))
    return try #require(
      took, "not one owner each within \(patience): \(picture)", sourceLocation: sourceLocation)
  }

  /// Kills a daemon with SIGKILL and pulls its cables in the same moment.
  func crash(_ gateway: Int) throws -> MonotonicInstant {
    let now = BootTimeClock.now
    network.gateways[gateway].daemon?.kill()
    observer.setCounted(gateway, false)
    try network.cutAll(of: gateway)
    return now
  }

  /// What a gateway's daemon says of itself.
  func status(_ gateway: Int) throws -> GatewayStatus {
    let file = "\(network.folder)/status.json"
    defer { unlink(file) }
    let child = try ChildProcess(
      command.binary, ["status", "--json", "--control-socket", network.gateways[gateway].controlSocket],
      output: .file(file))
    #expect(child.wait(for: .seconds(5)) == .exited(0))
    return try JSONDecoder().decode(GatewayStatus.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
  }

  /// For a failure's text: who owns what, and each daemon's last words.
  var picture: String {
    let owned = observer.owned
    return network.gateways.map { gateway in
      let last = gateway.log().split(separator: "\n").suffix(3).joined(separator: " | ")
      return "\n\(gateway.name): \(owned[gateway.index].count) VNIs \(owned[gateway.index]); \(last)"
    }.joined()
  }
}

/// The networks that tests share; they are removed when the test process exits.
enum SharedNetworks {
  nonisolated(unsafe) private static var networks: [LabTopology: LabNetwork] = [:]
  private static let lock = NSLock()

  static func network(_ topology: LabTopology) throws -> LabNetwork {
    try lock.withLock {
      if let known = networks[topology] { return known }
      if networks.isEmpty {
        atexit { for network in SharedNetworks.networks.values { network.remove() } }
      }
      let network = try LabNetwork(
        LabConfiguration(vnis: Fleet.vnis, topology: topology, hasClient: false, prefix: "wmglabtest"))
      networks[topology] = network
      return network
    }
  }
}

/// The program under test: `WMGWD2`, or what was built beside the tests.
enum Daemon {
  static func path() throws -> String {
    if let named = ProcessInfo.processInfo.environment["WMGWD2"] { return named }
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = tests.deletingLastPathComponent().appendingPathComponent("wmgwd2").path
    try #require(
      access(beside, X_OK) == 0, "there is no \(beside); build it with 'swift build', or name it in WMGWD2")
    return beside
  }
}

/// A run with a sanitizer (scripts/sanitize.sh) looks for its reports; how long something takes is not judged there.
enum Sanitizer {
  static let isThere = getenv("SANITIZED_BUILD") != nil
  /// How many times longer is waited for what a slowed daemon does later, so that a test does not end before it has done
  /// all that it does.
  static let slowness = isThere ? 5 : 1
}

/// Polls every 2 ms until `condition` holds; false if it never does within `patience`.
func pollUntil(_ patience: Duration, _ condition: () -> Bool) -> Bool {
  let start = BootTimeClock.now
  while BootTimeClock.now - start < patience * Sanitizer.slowness {
    if condition() { return true }
    usleep(2000)
  }
  return condition()
}

/// Lets time pass.
func pause(_ duration: Duration) {
  let start = BootTimeClock.now
  while BootTimeClock.now - start < duration { usleep(2000) }
}
