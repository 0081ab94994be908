import LinuxNetworking

/// Reads what vtysh says of commands that were not taken.
enum VtyshAnswer {
  /// Of `vtysh -f`: `line 4: % Unknown command[82]:    advertise-default-gwx`, or, when the daemon refused it,
  /// `line 9: Failure to communicate[13] to bgpd, line:  neighbor 10.9.0.77 activate` with the reason on the other
  /// stream.
  static func rejections(in run: ProgramRun, count: Int) -> [Vtysh.Rejection] {
    var rejections: [Vtysh.Rejection] = []
    var refused: [Int] = []
    for line in run.errors.split(separator: "\n") where line.hasPrefix("line ") {
      let rest = line.dropFirst("line ".count)
      guard let colon = rest.firstIndex(of: ":"), let number = Int(rest[..<colon]),
        (1...count).contains(number)
      else { continue }
      let text = rest[rest.index(after: colon)...].drop { $0 == " " }
      if text.hasPrefix("Failure to communicate") {
        let words = text.split(separator: " ")
        let daemon = words.count > 4 ? String(words[4].prefix { $0 != "," }) : "FRR"
        refused.append(rejections.count)
        rejections.append(
          Vtysh.Rejection(position: number - 1, text: "refused by \(daemon)"))
      } else {
        rejections.append(Vtysh.Rejection(position: number - 1, text: complaint(text)))
      }
    }
    // The two streams are not interleaved: reasons can be told apart only if there is one for each refusal.
    let reasons = run.output.split(separator: "\n").map { $0.drop { $0 == "%" || $0 == " " } }
      .filter { !$0.isEmpty }
    if reasons.count == refused.count {
      for (index, reason) in zip(refused, reasons) { rejections[index].text += ": \(reason)" }
    }
    return rejections
  }

  /// Of `vtysh -f`: `% Specify remote-as or peer-group commands first`, with which a daemon declines a command that
  /// vtysh then counts as taken. Which one it was is not said.
  static func remark(in run: ProgramRun) -> String? {
    run.output.split(separator: "\n").first { $0.hasPrefix("%") }
      .map { String($0.drop { $0 == "%" || $0 == " " }) }
  }

  /// Of `vtysh -c`, which stops there: `% Unknown command: clear bogus` on one of the streams.
  static func refusedCommand(in run: ProgramRun, of commands: [String]) -> Vtysh.Rejection? {
    let lines = (run.output + "\n" + run.errors).split(separator: "\n")
    for line in lines.reversed() where line.hasPrefix("% ") {
      guard let colon = line.range(of: ": ") else { continue }
      let command = line[colon.upperBound...]
      if let position = commands.firstIndex(where: { $0 == command }) {
        return Vtysh.Rejection(position: position, text: complaint(line))
      }
    }
    guard commands.count == 1, case .exited = run.ending else { return nil }
    return Vtysh.Rejection(position: 0, text: lines.last.map { complaint($0) } ?? "refused")
  }

  /// `% Unknown command[82]:    foo bar` as `unknown command`: the command itself is named elsewhere.
  private static func complaint(_ text: Substring) -> String {
    let words = text.drop { $0 == "%" || $0 == " " }.prefix { $0 != "[" && $0 != ":" && $0 != "." }
    return (words.first.map { $0.lowercased() } ?? "") + words.dropFirst()
  }
}

extension Substring {
  /// The first place where `text` occurs, without Foundation.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
