import CGuard
import Testing
import WMGFramework
import WMGRuntime

/// What a guard is told, as Swift writes it and C reads it.
struct PlanTests {
  private func plan(_ groups: [GuardedInterfaces.Group]) -> GuardPlan {
    GuardPlan(
      GuardedInterfaces(groups), gateway: 42, detectionTime: .seconds(3), margin: .milliseconds(110))
  }

  private func macvlans(_ vnis: String) throws -> GuardPlan {
    plan([.init(prefix: "vrrp4-", vnis: try VNISet(parsing: vnis), kind: "macvlan")])
  }

  /// Reads a plan as the guard does and asks something of it.
  private func reading<Answer>(
    _ bytes: [UInt8], _ body: (UnsafePointer<wmg_guard_plan>) -> Answer
  ) -> Answer? {
    bytes.withUnsafeBytes { bytes in
      var plan = wmg_guard_plan()
      return wmg_guard_read_plan(bytes.baseAddress, bytes.count, &plan) ? body(&plan) : nil
    }
  }

  private func names(_ plan: GuardPlan, _ name: String, kind: String = "macvlan") -> Bool? {
    reading(plan.bytes) { wmg_guard_names($0, name, kind) }
  }

  private func overlap(_ one: GuardPlan, _ other: GuardPlan) -> Bool? {
    let answer: Bool?? = reading(one.bytes) { one in
      reading(other.bytes) { wmg_guard_plans_overlap(one, $0) }
    }
    return answer ?? nil
  }

  @Test func itSaysHowLongToWait() throws {
    var plan = try macvlans("1-100")
    plan.delay = .milliseconds(5)
    #expect(reading(plan.bytes) { $0.pointee.header.pointee.detection_ns } == 3_000_000_000)
    #expect(reading(plan.bytes) { $0.pointee.header.pointee.margin_ns } == 110_000_000)
    #expect(reading(plan.bytes) { $0.pointee.header.pointee.delay_ns } == 5_000_000)
    plan.delay = nil
    #expect(reading(plan.bytes) { $0.pointee.header.pointee.delay_ns } == -1)
    #expect(reading(plan.bytes) { $0.pointee.header.pointee.gateway } == 42)
  }

  @Test(
    "Interfaces are named by prefix, number and kind",
    arguments: [
      ("vrrp4-1", true), ("vrrp4-100", true), ("vrrp4-200", true), ("vrrp4-16777215", true),
      ("vrrp4-101", false), ("vrrp4-199", false), ("vrrp4-0", false), ("vrrp4-01", false), ("vrrp4-", false),
      ("vrrp4-1x", false), ("vrrp4", false), ("xvrrp4-1", false), ("vrrp4-4294967297", false), ("", false),
    ])
  func names(_ name: String, _ isNamed: Bool) throws {
    #expect(names(try macvlans("1-100,200,16777000-16777215"), name) == isNamed)
    #expect(names(try macvlans("1-16777215"), name, kind: "vxlan") == false)
  }

  @Test func aSuffixAndASingleNameCount() throws {
    let plan = plan([
      .init(prefix: "gw", suffix: ".v", vnis: try VNISet(parsing: "7")), .init(prefix: "anycast0"),
    ])
    #expect(names(plan, "gw7.v", kind: "veth") == true)
    #expect(names(plan, "gw7", kind: "veth") == false)
    #expect(names(plan, "anycast0", kind: "dummy") == true)
    #expect(names(plan, "anycast01", kind: "dummy") == false)
  }

  @Test("All VNIs are one range, and a thousand single ones are 8 bytes each")
  func itIsCompact() throws {
    #expect(try macvlans("1-16777215").bytes.count < 128)
    let odd = (0..<1000).map { "\(2 * $0 + 1)" }.joined(separator: ",")
    #expect(try macvlans(odd).bytes.count < 8128)
  }

  @Test func whatIsCutShortOrOfAnotherVersionIsRefused() throws {
    let bytes = try macvlans("1-100,200").bytes
    for length in 0..<bytes.count { #expect(reading(Array(bytes[..<length])) { _ in true } == nil) }
    #expect(reading(bytes + [0]) { _ in true } == nil)
    var other = bytes
    other[8] = 99
    #expect(reading(other) { _ in true } == nil)
    // The second range before the first.
    var descending = bytes
    descending.replaceSubrange((bytes.count - 8)..<bytes.count, with: [50, 0, 0, 0, 60, 0, 0, 0])
    #expect(reading(descending) { _ in true } == nil)
    // A name without an end.
    var endless = bytes
    let group = MemoryLayout<wmg_guard_plan_header>.size
    endless.replaceSubrange(group..<(group + 16), with: Array(repeating: 65, count: 16))
    #expect(reading(endless) { _ in true } == nil)
  }

  @Test func plansOverlapWhereTheyNameOneInterface() throws {
    #expect(overlap(try macvlans("1-100"), try macvlans("100-200")) == true)
    #expect(overlap(try macvlans("1-100"), try macvlans("101-200")) == false)
    #expect(overlap(try macvlans("1,3,5,7"), try macvlans("2,4,6,7")) == true)
    #expect(overlap(try macvlans("1,3,5,7"), try macvlans("2,4,6,8")) == false)
    let others = plan([.init(prefix: "gw", vnis: try VNISet(parsing: "1-100"))])
    #expect(overlap(try macvlans("1-100"), others) == false)
    let single = plan([.init(prefix: "vrrp4-50")])
    #expect(overlap(try macvlans("1-100"), single) == true)
    #expect(overlap(single, try macvlans("1-49")) == false)
    #expect(overlap(single, single) == true)
  }
}
