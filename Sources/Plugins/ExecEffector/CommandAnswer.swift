import LinuxNetworking
import WMGFramework

/// What a command's end says of the VNIs it was told of.
struct CommandAnswer: Hashable {
  /// Why it failed; `nil` if it did what it was told.
  var failure: String?
  /// The VNIs that alone failed, with the reason of each; empty when a failure is of all of them.
  var failedAlone: [VNI: String] = [:]

  // A reason is one line of a log and of the status.
  private static let longestReason = 300

  /// The answer of a command that has ended: exit code 0 is done, everything else is a failure of all VNIs, unless lines
  /// such as `failed 7-9: no such bridge` on its standard output say which they are.
  ///
  /// They count only if the command has said all that it had to say, exited by itself, and names VNIs of the call, which
  /// are `vnis` in ascending order: what is not known to be done has failed.
  init(_ run: ProgramRun, path: String, patience: Duration, vnis: [VNI]) {
    switch run.ending {
    case .exited(0): return
    case .exited(let code):
      failure = "\(path) exited with \(code)"
      if !run.isOutputTruncated {
        let lines = FailedLines(run.output)
        failedAlone = lines.reasons(of: vnis).mapValues { "\(path): \($0.prefix(Self.longestReason))" }
      }
    case .signalled(let signal): failure = "\(path) was ended by signal \(signal)"
    case .unknown: failure = "\(path) ended in a way that is not known"
    case .timedOut:
      failure =
        "\(path) had not ended after \(patience.optionText) and was killed; mend it, or raise exec.timeout"
      return
    }
    let last = run.errors.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    if let last { failure? += ": \(last.prefix(Self.longestReason))" }
  }

  /// The answer of a command that could not be started.
  init(_ error: SystemCallError) {
    failure = "\(error)" + (error.code == 8 ? "; begin the file with a line such as #!/bin/sh" : "")
  }

  /// Why a VNI failed; `nil` if it did not.
  func failure(of vni: VNI) -> String? { failedAlone.isEmpty ? failure : failedAlone[vni] }
}
