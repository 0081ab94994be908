import Glibc
import GratuitousARP
import LinuxNetworking
import MacvlanProtodown
import NamespaceFixture
import Testing
import WMGFramework

/// Not a test of behaviour: prints how long a takeover of 1,000 VNIs takes, beside `ip -batch` for the same.
@Suite(.enabled(if: getenv("WMG_MEASURE") != nil, "set WMG_MEASURE=1 to measure; needs a quiet machine"))
struct TakeoverMeasurement {
  @Test func thousandVNIs() throws {
    let rounds = 20
    let vnis = VNISet(vni(1)...vni(1000))
    let reference = try MacvlanFixture(vnis, lowerPerVNI: getenv("WMG_SHARED_LOWER") == nil)
    let ours = try MacvlanFixture(vnis, lowerPerVNI: getenv("WMG_SHARED_LOWER") == nil)
    let on = vnis.map { "link set vrrp4-\($0) protodown on" }.joined(separator: "\n")
    let off = vnis.map { "link set vrrp4-\($0) protodown off" }.joined(separator: "\n")
    let garp = try EffectorHarness(
      GratuitousARPPlugin(),
      try PluginOptionValues(
        decoding: [(name: "count", text: "1"), (name: "interval", text: "0")], for: GratuitousARPPlugin()),
      in: ours.gateway.namespace, vnis: vnis)
    let batch = getenv("WMG_BATCH").map { String(cString: $0) } ?? "64"
    let macvlan = try EffectorHarness(
      MacvlanProtodownPlugin(),
      try PluginOptionValues(decoding: [(name: "batch", text: batch)], for: MacvlanProtodownPlugin()),
      in: ours.gateway.namespace, vnis: vnis)
    defer {
      macvlan.stop()
      garp.stop()
    }
    macvlan.chain(to: garp)
    garp.prepare(vnis)
    macvlan.prepare(vnis)
    #expect(macvlan.reaches(.standby, vnis) && garp.reaches(.standby, vnis))
    let capture = try ARPCapture(in: ours.outside.namespace)
    defer { capture.stop() }
    var references: [Double] = []
    var takeovers: [Double] = []
    var confirmations: [Double] = []
    var releases: [Double] = []
    var lost = 0
    for _ in 0..<rounds {
      try reference.gateway.ip(on)
      usleep(300_000)
      var start = BootTimeClock.now
      try reference.gateway.ip(off)
      references.append(milliseconds(BootTimeClock.now - start))

      capture.clear()
      start = BootTimeClock.now
      macvlan.takeOver(vnis)
      #expect(macvlan.reaches(.active, vnis))
      confirmations.append(milliseconds(BootTimeClock.now - start))
      #expect(garp.reaches(.active, vnis))
      _ = eventually(within: .seconds(1)) { capture.heard.count >= 2000 }
      var first: [UInt32: MonotonicInstant] = [:]
      for (frame, at) in capture.heard where first[frame.sender.rawValue] == nil {
        first[frame.sender.rawValue] = at
      }
      lost += 1000 - first.count
      takeovers.append(milliseconds((first.values.max() ?? start) - start))
      garp.release(vnis)
      start = BootTimeClock.now
      macvlan.release(vnis)
      #expect(macvlan.reaches(.standby, vnis))
      releases.append(milliseconds(BootTimeClock.now - start))
      usleep(500_000)
    }
    print("batch \(batch): ip -batch protodown off: \(summary(references))")
    print("takeover, last interface confirmed: \(summary(confirmations))")
    print("takeover, last first GARP heard: \(summary(takeovers)); lost \(lost) of \(rounds * 1000)")
    print("release, last interface confirmed: \(summary(releases))")
    print("ratio of medians: \(median(takeovers) / median(references))")
  }

  private func milliseconds(_ duration: Duration) -> Double { Double(duration.nanoseconds) / 1e6 }
  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  private func summary(_ values: [Double]) -> String {
    "median \(median(values)) ms [\(values.min() ?? 0)–\(values.max() ?? 0)]"
  }
}
