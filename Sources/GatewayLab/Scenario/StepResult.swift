import WMGFramework

/// What one step of the scenario came to, beside what was expected of it.
struct StepResult {
  /// A time that was measured, and the most that it should be.
  struct Figure {
    let measured: Duration
    let limit: Duration

    var isMet: Bool { measured <= limit }
  }

  /// What happened, in a few words: `g2 dies`.
  let title: String
  /// How many VNIs have another owner than before.
  let moved: Int
  /// The longest time a VNI was without an owner.
  let withoutOwner: Figure
  /// The longest time a VNI had two.
  let twoOwners: Figure
  /// The longest time the client was without an answer; `nil` where that was not looked at.
  let clientSilent: Figure?

  var isMet: Bool { withoutOwner.isMet && twoOwners.isMet && clientSilent?.isMet ?? true }
}

/// The table at the end: what was measured, and in parentheses what was expected.
struct ScenarioSummary {
  let results: [StepResult]
  let hasUnicode: Bool

  var lines: [StyledText] {
    let header = "  what happened".padding(20) + "moved  without owner     two owners        client silent"
    return [StyledText(header, .dim)]
      + results.map { result in
        var line = StyledText("  " + result.title).padded(to: 20)
        line += StyledText("\(result.moved)").rightAligned(in: 5) + "  "
        line += figure(result.withoutOwner).padded(to: 18) + figure(result.twoOwners).padded(to: 18)
        return line + (result.clientSilent.map(figure) ?? "")
      }
  }

  private func figure(_ figure: StepResult.Figure) -> StyledText {
    let bound = hasUnicode ? "≤ " : "<= "
    let limit = figure.limit == .zero ? "never" : bound + short(figure.limit)
    return StyledText(short(figure.measured), figure.isMet ? .good : .bad) + StyledText(" (\(limit))", .dim)
  }
}

/// A time for people: `0`, `12 ms`, `3.02 s`.
func short(_ duration: Duration) -> String {
  let microseconds = duration.nanoseconds / 1000
  if microseconds == 0 { return "0" }
  if microseconds < 1000 { return "<1 ms" }
  if microseconds < 1_000_000 { return "\(microseconds / 1000) ms" }
  let hundredths = (microseconds + 5000) / 10_000
  let fraction = hundredths % 100
  if fraction == 0 { return "\(hundredths / 100) s" }
  return "\(hundredths / 100)." + (fraction < 10 ? "0" : "") + "\(fraction) s"
}

extension String {
  fileprivate func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
