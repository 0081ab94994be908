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
  /// such as `failed 7-9: no such bridge` on its standard output say which of them they are. Lines that name none of
  /// them say nothing: what has failed is unknown then.
  init(_ run: ProgramRun, of vnis: [VNI], path: String, patience: Duration) {
    let ending: String
    switch run.ending {
    case .exited(0): return
    case .exited(let code): ending = "\(path) exited with \(code)"
    case .signalled(let signal): ending = "\(path) was ended by signal \(signal)"
    case .timedOut:
      failure =
        "\(path) had not ended after \(patience.optionText) and was killed; mend it, or raise exec.timeout"
      return
    }
    let last = run.errors.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    failure = ending + (last.map { ": \($0.prefix(Self.longestReason))" } ?? "")
    for line in run.output.split(whereSeparator: \.isNewline) where line.hasPrefix("failed ") {
      let parts = line.dropFirst("failed ".count).split(separator: ":", maxSplits: 1)
      guard let first = parts.first, let named = try? VNISet(parsing: String(first.filter { $0 != " " }))
      else {
        continue
      }
      let reason = parts.count > 1 ? parts[1].drop { $0 == " " } : "no reason given"
      for vni in vnis where named.contains(vni) {
        failedAlone[vni] = "\(path): \(reason.prefix(Self.longestReason))"
      }
    }
  }

  /// The answer of a command that could not be started.
  init(_ error: SystemCallError) {
    failure = "\(error)" + (error.code == 8 ? "; begin the file with a line such as #!/bin/sh" : "")
  }

  /// Why a VNI failed; `nil` if it did not.
  func failure(of vni: VNI) -> String? { failedAlone.isEmpty ? failure : failedAlone[vni] }
}
