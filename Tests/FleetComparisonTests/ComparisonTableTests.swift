import Testing
import WMGFramework

@testable import FleetComparison

@Suite struct ComparisonTableTests {
  private let change = FleetChange(from: uids(11, 12, 13, 14), to: uids(11, 12, 13))

  @Test func theTableReadsLikeThis() {
    let table = ComparisonTable([
      figures(of: Ordinal(), named: "ordinal", "1-12", change),
      figures(of: Lowest(), named: "lowest", "1-12", change),
    ])
    #expect(
      table.rendered(colours: false) == """
        strategy  fullest  deviation  moved  least  of least  needless  failover    time  memory
        ordinal     1.00×      0.0 %      9      3     3.00×         6     1.00×  1.5 ms    2 MB
        lowest      4.00×    173.2 %      0      0         –         0     3.00×  1.5 ms    2 MB

        fullest    VNIs of the fullest gateway, in units of its fair share (max/mean)
        deviation  standard deviation from the fair shares, in percent of the mean
        moved      VNIs that change hands by the change
        least      the fewest that lead from the loads before to the loads after
        of least   moved / least
        needless   moved from one gateway that stays to another that stays
        failover   the most that one survivor takes when a gateway dies, in units of what is fair
        time       for one pass over all VNIs
        memory     what the strategy needs for it, beyond VNIs and owners

        """)
  }

  @Test func withoutAChangeNothingIsSaidOfMoves() {
    let none = FleetChange(from: uids(11, 12), to: uids(11, 12))
    let text = ComparisonTable([figures(of: Lowest(), "1-12", none)]).rendered(colours: false)
    #expect(text.hasPrefix("strategy  fullest  deviation  failover    time  memory\n"))
    #expect(!text.contains("moved"))
  }

  @Test func coloursChangeNoColumn() {
    let table = ComparisonTable([
      figures(of: Ordinal(), named: "ordinal", "1-12", change),
      figures(of: Lowest(), named: "lowest", "1-12", change),
    ])
    let coloured = table.rendered(colours: true)
    #expect(coloured.contains("\u{1B}[31m4.00×\u{1B}[0m") && coloured.contains("\u{1B}[32m1.00×\u{1B}[0m"))
    #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == table.rendered(colours: false))
  }
}
