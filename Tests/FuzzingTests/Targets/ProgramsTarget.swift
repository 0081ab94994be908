import LinuxNetworking
import WMGFramework

@testable import ExecEffector
@testable import ForeignHashing

extension FuzzTarget {
  /// What programs that the daemon starts print: commands of `exec`, and the process in which a foreign function is
  /// tried. Also the words that a command's arguments are made of.
  static let programs = FuzzTarget(name: "programs") { input in
    var input = FuzzInput(input)
    switch input.byte() % 3 {
    case 0: try readAnswer(&input)
    case 1: try readWords(text(input.remainder))
    default: try readTranscript(text(input.remainder))
    }
  }

  private static func readAnswer(_ input: inout FuzzInput) throws(BrokenProperty) {
    let endings: [ProgramRun.Ending] = [.exited(0), .exited(3), .signalled(9), .timedOut, .unknown]
    let choice = input.byte()
    let ending = endings[Int(choice & 0xF) % endings.count]
    let isTruncated = choice & 0x80 != 0
    let first = UInt32(input.byte()) + 1
    let vnis = (first...first + UInt32(input.byte())).compactMap { VNI(rawValue: $0) }
    let errors = text(input.bytes())
    let output = text(input.remainder)
    let run = ProgramRun(
      ending: ending, output: output, errors: errors, isTruncated: isTruncated, isOutputTruncated: isTruncated
    )
    let answer = CommandAnswer(run, path: "/x", patience: .seconds(10), vnis: vnis)
    try demand((answer.failure == nil) == (ending == .exited(0)), "only exit code 0 is success")
    try demand(
      answer.failedAlone.isEmpty || ending == .exited(3) && !isTruncated, "nobody else names single VNIs")
    try demand(
      Set(vnis).isSuperset(of: answer.failedAlone.keys), "no VNI fails that the command was not told of")
    for reason in answer.failedAlone.values + [answer.failure ?? ""] {
      try demand(reason.count < 400, "a reason is short")
      try demand(!reason.contains(where: \.isNewline), "a reason is one line")
    }
    let reasons = FailedLines(output).reasons(of: vnis)
    let named = namedVNIs(in: output)
    for vni in vnis {
      try demand((reasons[vni] != nil) == named.contains { $0.contains(vni) }, "VNI \(vni) is named, or not")
    }
  }

  /// The same in another way: which VNIs the lines name.
  private static func namedVNIs(in output: String) -> [VNISet] {
    output.split(whereSeparator: \.isNewline).compactMap { line in
      guard line.hasPrefix("failed ") else { return nil }
      let list = line.dropFirst(7).drop { $0 == ":" }.prefix { $0 != ":" }
      return try? VNISet(parsing: list.filter { $0 != " " })
    }
  }

  private static func readWords(_ text: String) throws(BrokenProperty) {
    try demand(
      (CommandWords.complaint(about: text) == nil) == ((try? CommandWords.parse(text)) != nil),
      "a text is read, or there is a complaint")
    guard let words = try? CommandWords.parse(text) else { return }
    let quoted = words.map { word in
      "\"" + word.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
    try demand((try? CommandWords.parse(quoted.joined(separator: " "))) == words, "\(words) can be quoted")
  }

  private static func readTranscript(_ text: String) throws(BrokenProperty) {
    let transcript = ProbeTranscript(text)
    try demand(
      transcript.scores.count <= text.utf8.count { $0 == 0x0A } + 1, "a score has a line of its own")
    var lines: [String] = []
    if transcript.isOne { lines.append(ProbeTranscript.heading) }
    if let path = transcript.libraryPath { lines.append(ProbeTranscript.line(library: path)) }
    lines += transcript.scores.map { ProbeTranscript.line(score: $0) }
    if let failure = transcript.failure { lines.append(ProbeTranscript.line(failure)) }
    try demand(
      ProbeTranscript(lines.joined(separator: "\n")) == transcript, "a transcript is written as read")
  }
}
