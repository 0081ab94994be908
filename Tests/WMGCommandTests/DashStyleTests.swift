import Testing

@testable import WMGCommand

@Suite struct DashStyleTests {
  private static let cases: [([String], [String])] = [
    (["-uid", "11"], ["--uid", "11"]),
    (["--uid", "11"], ["--uid", "11"]),
    (["-uid=11", "-minvni=1"], ["--uid=11", "--minvni=1"]),
    (["-claim-delay", "0"], ["--claim-delay", "0"]),
    (["-h"], ["-h"]),
    (["--set", "garp.interval=60s"], ["--set", "garp.interval=60s"]),
    (["-5"], ["-5"]),
    (["-"], ["-"]),
    (["--", "-uid"], ["--", "-uid"]),
  ]

  @Test(arguments: cases)
  func oneDashBecomesTwoWhereALongNameFollows(_ given: [String], _ normalized: [String]) {
    #expect(DashStyle.normalized(given) == normalized)
  }
}
