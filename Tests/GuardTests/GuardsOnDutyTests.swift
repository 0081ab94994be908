import Testing

@testable import WMGRuntime

/// Where guards are looked for.
struct GuardsOnDutyTests {
  @Test func listeningSocketsWithANumberAreGuards() {
    let listing = """
      Num       RefCount Protocol Flags    Type St Inode Path
      0000000000000000: 00000002 00000000 00010000 0005 01 11 @wmgwd2-guard.4711
      0000000000000000: 00000002 00000000 00010000 0005 01 12 @wmgwd2-guard.4711.2
      0000000000000000: 00000003 00000000 00000000 0005 03 13 @wmgwd2-guard.4712
      0000000000000000: 00000002 00000000 00010000 0001 01 14 @wmgwd2-guard.4713
      0000000000000000: 00000002 00000000 00010000 0005 01 15 @wmgwd2-guard.of-mine
      0000000000000000: 00000002 00000000 00010000 0005 01 16 @x @wmgwd2-guard.4714
      0000000000000000: 00000002 00000000 00010000 0005 01 17 /run/wmgwd2-guard.4715
      0000000000000000: 00000002 00000000 00010000 0005 01 18
      """
    #expect(GuardsOnDuty.names(in: listing) == ["wmgwd2-guard.4711", "wmgwd2-guard.4711.2"])
  }

  @Test("A name that somebody has ended with a carriage return does not hide the next one")
  func hidden() {
    let line = "0000000000000000: 00000002 00000000 00010000 0005 01 11 @"
    #expect(
      GuardsOnDuty.names(in: "\(line)x\r\n\(line)wmgwd2-guard.4711\n") == ["wmgwd2-guard.4711"])
  }
}
