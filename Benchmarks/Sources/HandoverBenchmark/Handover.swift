import Figures
import GatewayLab
import LinuxNetworking
import WMGFramework

/// One planned handover of several VNIs, and what came of it.
struct Handover {
  /// For each VNI that moved and was pinged, the longest time that its client was without an answer.
  let gaps: [Duration]
  /// For how long at most the clients did not come to ask, for want of a processor: that is no gap.
  let pause: Duration
  /// From the moment at which the first of the VNIs was up at its new owner until the access point led all of them
  /// there; `nil` if that never came.
  let forwardingAfter: Duration?

  var isForwardingRight: Bool { forwardingAfter.map { $0 <= .seconds(1) } ?? false }

  init(
    of vnis: VNISet, in fabric: Fabric, _ experiment: Experiment, begin: () throws -> Void
  ) throws {
    let pinger = try Pinger(fabric.network, of: vnis, spacing: .milliseconds(2), limit: 5)
    defer { pinger.stop() }
    try experiment.pause(.milliseconds(500))
    let before = fabric.observer.owned
    fabric.forwarding.beginRecord()
    pinger.beginRecord()
    try begin()
    guard
      try experiment.wait(
        patience: .seconds(20),
        until: {
          zip(fabric.observer.owned, before).contains { now, old in now.contains { !old.contains($0) } }
        })
    else { throw LabError("no VNI has moved") }
    let moved = BootTimeClock.now
    let isRight = fabric.forwarding.waitUntilLeading(
      to: { fabric.observer.soleOwners }, patience: .seconds(10), calm: .seconds(1))
    forwardingAfter =
      isRight == nil ? nil : max(.zero, (fabric.forwarding.lastChange ?? moved) - moved)
    // What repeats and second looks might still disturb belongs to the handover.
    try experiment.pause(.seconds(5))
    let record = pinger.record()
    gaps = record.longestSilence
    pause = record.longestPause
  }
}
