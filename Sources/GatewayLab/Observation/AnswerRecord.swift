import WMGFramework

/// How long one client's echo requests have gone without an answer.
struct AnswerRecord {
  /// How many requests have been sent since the start.
  var requests: UInt32 = 0
  /// The longest silence that is over, since somebody last set this back to zero.
  var longest = Duration.zero
  private(set) var lastAnswer: MonotonicInstant?
  /// The number of the latest request that was answered.
  private var answered: UInt32 = 0

  /// Takes note of an answer, unless a later request has been answered already.
  ///
  /// - Parameter recordStart: No silence begins before.
  /// - Returns: Whether it was taken.
  mutating func take(
    _ request: EchoRequest, receivedAt: MonotonicInstant, recordStart: MonotonicInstant
  ) -> Bool {
    guard request.number > answered else { return false }
    // Where no request was lost, nobody was silent for longer than this one took.
    let isNext = request.number == answered + 1
    let since = isNext ? request.sentAt : lastAnswer ?? recordStart
    longest = max(longest, receivedAt - max(since, recordStart))
    answered = request.number
    lastAnswer = receivedAt
    return true
  }

  /// The longest silence, one that still lasts included.
  func longestSilence(since recordStart: MonotonicInstant, until now: MonotonicInstant) -> Duration {
    // One request may be on its way.
    guard requests > answered + 1 else { return longest }
    return max(longest, now - max(lastAnswer ?? recordStart, recordStart))
  }
}
