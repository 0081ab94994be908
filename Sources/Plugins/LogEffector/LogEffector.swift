import Logging
import WMGFramework

/// Confirms everything at once and logs it, one line per call: a takeover of 1,000 VNIs is one line.
final class LogEffector: Effector {
  private let context: EffectorContext

  init(context: EffectorContext) {
    self.context = context
  }

  func prepare(_ vnis: VNISet) {
    say("would make standby", vnis)
    context.report(vnis.map { ($0, .standby) })
  }

  func takeOver(_ vnis: [VNI]) {
    say("would take over", VNISet(vnis))
    context.counters.add(vnis.count, to: "takeovers")
    context.report(vnis.map { ($0, .active) })
  }

  func release(_ vnis: [VNI]) {
    say("would release", VNISet(vnis))
    context.counters.add(vnis.count, to: "releases")
    context.report(vnis.map { ($0, .standby) })
  }

  func refresh(_ vnis: [VNI]) {
    say("would announce again", VNISet(vnis))
    context.counters.add(vnis.count, to: "refreshes")
  }

  func add(_ vnis: VNISet) { prepare(vnis) }

  func forget(_ vnis: VNISet) { say("would forget", vnis) }

  func stop() {}

  private func say(_ action: String, _ vnis: VNISet) {
    guard !vnis.isEmpty else { return }
    context.logger.info("\(action)", metadata: ["vnis": "\(vnis)", "count": "\(vnis.count)"])
  }
}
