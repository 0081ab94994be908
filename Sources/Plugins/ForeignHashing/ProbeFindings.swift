import LinuxNetworking
import WMGFramework

/// What came of trying a function with the pairs of `ProbeKeys`.
struct ProbeFindings: Hashable {
  /// The library's file, without symbolic links.
  let libraryPath: String
  /// A score for each pair.
  let scores: [UInt64]

  /// What it comes to, in eight hexadecimal digits: gateways whose functions differ have others. (FNV-1a.)
  var fingerprint: String {
    var hash: UInt32 = 0x811c_9dc5
    for score in scores {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        hash = (hash ^ UInt32(score >> shift & 0xFF)) &* 0x0100_0193
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Judges two processes that have each called the function twice for every pair.
  ///
  /// - Throws: `ForeignFailure`: whatever keeps the function from being a strategy's.
  init(
    judging runs: [ProgramRun], of signature: ForeignSignature, patience: Duration
  ) throws(ForeignFailure) {
    let reading = ScoreReading(signature)
    var first: (path: String, scores: [UInt64])?
    for run in runs {
      let (path, scores) = try Self.scores(of: run, reading, patience)
      if let first { try Self.compare(first.scores, scores, reading) }
      first = first ?? (path, scores)
    }
    guard let first else { throw ForeignFailure(.library, "nothing was tried") }
    libraryPath = first.path
    scores = first.scores
    if signature.scoreType?.isFloatingPoint == true,
      let index = scores.firstIndex(of: ScoreReading.notANumber)
    {
      throw ForeignFailure(
        .symbol, "it returns NaN for \(ProbeKeys.pairs[index]); a score must be a number")
    }
    try Self.refuseIndependence(of: scores, reading)
  }

  /// The scores of one process, which must be the same forth and back.
  private static func scores(
    of run: ProgramRun, _ reading: ScoreReading, _ patience: Duration
  ) throws(ForeignFailure) -> (path: String, scores: [UInt64]) {
    let transcript = ProbeTranscript(run.output)
    if let failure = transcript.failure { throw failure }
    guard transcript.isOne else {
      let words = run.errors.split(separator: "\n").first.map { ": \($0)" } ?? ""
      throw ForeignFailure(
        .library,
        "it cannot be tried, because this program does not answer 'foreign call' (\(ending(run.ending, patience)))"
          + "\(words); a daemon of one's own starts by GatewayCommand.main")
    }
    guard let path = transcript.libraryPath else {
      throw ForeignFailure(
        .library, "it cannot be loaded: its initialisation \(ending(run.ending, patience))")
    }
    let pairs = ProbeKeys.pairs
    let calls = ProbeKeys.calls
    guard transcript.scores.count == calls.count else {
      let next = pairs[calls[min(transcript.scores.count, calls.count - 1)]]
      throw ForeignFailure(
        .signature,
        "the function \(ending(run.ending, patience)) when it was called for \(next); is that how it is declared?"
      )
    }
    guard run.ending == .exited(0) else {
      throw ForeignFailure(.library, "after its function was called, it \(ending(run.ending, patience))")
    }
    var scores = [UInt64?](repeating: nil, count: pairs.count)
    for (place, pair) in calls.enumerated() {
      let score = transcript.scores[place]
      if let before = scores[pair], before != score {
        throw ForeignFailure(
          .symbol,
          "called twice for \(pairs[pair]), it gave \(reading.result(of: before)) and \(reading.result(of: score));"
            + " gateways could not agree"
        )
      }
      scores[pair] = score
    }
    return (path, scores.compactMap { $0 })
  }

  private static func compare(
    _ first: [UInt64], _ second: [UInt64], _ reading: ScoreReading
  ) throws(ForeignFailure) {
    guard let place = first.indices.first(where: { first[$0] != second[$0] }) else { return }
    let results = "\(reading.result(of: first[place])) and \(reading.result(of: second[place]))"
    throw ForeignFailure(
      .symbol,
      "in two processes, it gave \(results) for \(ProbeKeys.pairs[place]), as if they depended on an address, the time or a"
        + " seed; gateways could not agree")
  }

  /// A score must depend on both, or one gateway would own everything.
  private static func refuseIndependence(of scores: [UInt64], _ reading: ScoreReading) throws(ForeignFailure)
  {
    let width = ProbeKeys.gateways.count
    let places = scores.indices
    if places.allSatisfy({ scores[$0] == scores[0] }) {
      throw ForeignFailure(
        .symbol, "its score is always \(reading.result(of: scores[0])); one gateway would own everything")
    }
    if places.allSatisfy({ scores[$0] == scores[$0 / width * width] }) {
      throw ForeignFailure(
        .signature, "the score does not depend on the uid; the lowest uid would own everything")
    }
    if places.allSatisfy({ scores[$0] == scores[$0 % width] }) {
      throw ForeignFailure(
        .signature, "the score does not depend on the VNI; one gateway would own everything")
    }
  }

  private static func ending(_ ending: ProgramRun.Ending, _ patience: Duration) -> String {
    switch ending {
    case .exited(let code): "ended the process with exit code \(code)"
    case .timedOut: "did not return within \(patience.optionText)"
    case .signalled(let signal): "crashed with \(signalName(signal))"
    case .unknown: "ended the process in a way that is not known"
    }
  }

  private static func signalName(_ signal: Int32) -> String {
    let names: [Int32: String] = [
      4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV",
      24: "SIGXCPU", 31: "SIGSYS",
    ]
    return names[signal] ?? "signal \(signal)"
  }
}
