import WMGFramework

/// What one step of the fabric's scenario came to, beside what was expected of it.
struct FabricStepResult {
  /// What happened, in a few words: `g2 dies`.
  let title: String
  /// How many VNIs the access point sends to another gateway than before.
  let moved: Int
  /// From the step's beginning until the access point led every VNI to its owner; `nil`: it did not.
  let ledAfter: Duration?
  let ledLimit: Duration
  /// The longest time the client was without an answer; `nil` where that was not looked at.
  let clientSilent: StepResult.Figure?

  var isMet: Bool { ledAfter.map { $0 <= ledLimit } ?? false && clientSilent?.isMet ?? true }
}

/// The table at the end: what was measured, and in parentheses what was expected.
struct FabricSummary {
  let results: [FabricStepResult]
  let hasUnicode: Bool

  var lines: [StyledText] {
    let header: StyledText = StyledText("  what happened", .dim).padded(to: 20)
    return [header + StyledText("moved  all led right after   client silent", .dim)]
      + results.map { result in
        var line = StyledText("  " + result.title).padded(to: 20)
        line += StyledText("\(result.moved)").rightAligned(in: 5) + "  "
        let isLed = result.ledAfter.map { $0 <= result.ledLimit } ?? false
        line += figure(result.ledAfter.map(short) ?? "not at all", isLed, result.ledLimit).padded(to: 23)
        guard let client = result.clientSilent else { return line }
        return line + figure(short(client.measured), client.isMet, client.limit)
      }
  }

  private func figure(_ text: String, _ isMet: Bool, _ limit: Duration) -> StyledText {
    let bound = hasUnicode ? "≤ " : "<= "
    return StyledText(text, isMet ? .good : .bad) + StyledText(" (\(bound)\(short(limit)))", .dim)
  }
}
