import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration {
  /// What happens to the interfaces of a gateway that dies or hangs while its host lives on.
  @Suite("Guard")
  struct GuardTests {
    /// From the end of the detection time until everything is standby.
    private let promptness = Duration.milliseconds(200)

    @Test(
      "Killed, its host alive: its VNIs are standby within D + 200 ms, and had their new owners before",
      arguments: [LabTopology.direct, .veth])
    func crash(_ topology: LabTopology) throws {
      let fleet = try Fleet(topology, interval: .seconds(1))
      try fleet.start()
      let its = fleet.observer.owned[1]
      #expect(its.count >= 15)
      fleet.observer.beginRecord()
      let killed = BootTimeClock.now
      fleet.network.gateways[1].daemon?.kill()
      #expect(pollUntil(fleet.detectionTime + .seconds(1)) { fleet.observer.owned[1].isEmpty })
      try fleet.expectOneOwnerEach(within: .seconds(1))
      let record = fleet.observer.record()
      print("FIGURES crash \(topology): unowned \(record.longestUnowned) \(record.unownedVNIs.count) shared \(record.longestShared) \(record.sharedVNIs.count) last standby after kill \(record.shared.map { $0.end - killed }.max() as Any) first owner \(record.shared.map { $0.start - killed }.max() as Any)")
      print(fleet.network.gateways[1].log().split(separator: "\n").suffix(3).joined(separator: "\n"))
      #expect(record.sharedVNIs == its)
      #expect(record.longestUnowned <= fleet.takeover)
      let last = try #require(record.shared.map(\.end).max())
      #expect(last - killed <= fleet.detectionTime + promptness)
    }
  }
}
