/// One figure that this project wants to reach: a row of docs/figures.md.
public struct Figure: Sendable {
  /// What was measured.
  public var what: String
  /// What it is compared with, and where that comes from.
  public var reference: String
  /// What was measured this time.
  public var reached: String
  /// What should be reached.
  public var goal: String
  /// Whether it was; `nil` where it could not be measured.
  public var isMet: Bool?

  /// A figure with its verdict.
  public init(_ what: String, reference: String, reached: String, goal: String, isMet: Bool?) {
    self.what = what
    self.reference = reference
    self.reached = reached
    self.goal = goal
    self.isMet = isMet
  }

  /// The row, in Markdown.
  public var row: String {
    let verdict = isMet.map { $0 ? "yes" : "**no**" } ?? "not measured here"
    return "| \(what) | \(reference) | \(reached) | \(goal) | \(verdict) |"
  }
}
