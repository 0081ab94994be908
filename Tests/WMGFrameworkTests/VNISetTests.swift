import Testing
import WMGFramework

@Test func vniSetParses() throws {
  #expect(try VNISet(parsing: "1-3,7").count == 4)
}
