import WMGFramework

/// How long one turn at a lock takes that many want: work that needs it a hundred times waits a hundred turns, however
/// short each of them is.
package struct LockTurns: Hashable, Sendable {
  /// One turn, at the worst time: the middle one of some in a row. The long ones are the business of `LockWaits`.
  package private(set) var worst = Duration.zero
  private var recent: [Duration] = []
  package static let count = 15

  package init() {}

  /// Takes how long a turn took; later ones come later.
  package mutating func add(_ turn: Duration) {
    recent.append(turn)
    if recent.count > Self.count { recent.removeFirst() }
    guard recent.count == Self.count else { return }
    worst = max(worst, recent.sorted()[Self.count / 2])
  }
}
