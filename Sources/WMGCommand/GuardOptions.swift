import ArgumentParser
import WMGFramework
import WMGRuntime

/// The options that say what becomes of the interfaces when this gateway dies.
struct GuardOptions: ParsableArguments {
  @Option(
    name: .customLong("guard"),
    help: ArgumentHelp(
      "The program that makes everything standby if this one dies or hangs: its path; beside: wmgwd2-guard beside this program, or in ../libexec/wmgwd2; off: none.",
      valueName: "path|beside|off"))
  var guardProgram: String = "beside"

  @Option(
    help: ArgumentHelp(
      "How long after the end of this process the guard waits, 0 to interval × multiplier; none: as long as peers do, from the last advertisement.",
      valueName: "duration|none"))
  var guardDelay: String = "none"
}

extension GuardOptions {
  /// The choice that these options are.
  ///
  /// - Throws: `UsageError`, which names the option and the fix.
  func choice(for configuration: GatewayConfiguration) throws(UsageError) -> GuardChoice {
    GuardChoice(try program(), delay: try delay(atMost: configuration.detectionTime))
  }

  private func program() throws(UsageError) -> GuardChoice.Program {
    switch guardProgram {
    case "off": return .off
    case "beside": return .beside
    case let path:
      guard path.contains("/") else {
        throw UsageError(
          "--guard '\(path)' must be beside, off or a path, such as /usr/local/libexec/wmgwd2/wmgwd2-guard")
      }
      guard GuardChoice.isProgram(path) else {
        throw UsageError(
          "--guard '\(path)' is no program that can be run; name wmgwd2-guard's path, or off",
          exitCode: UsageError.noInput)
      }
      return .path(path)
    }
  }

  private func delay(atMost longest: Duration) throws(UsageError) -> Duration? {
    guard guardDelay != "none" else { return nil }
    guard let delay = Duration(optionText: guardDelay), delay >= .zero, delay <= longest else {
      throw UsageError(
        "--guard-delay '\(guardDelay)' must be none or a duration from 0s to \(longest.optionText) (interval × multiplier), such as 0s or 500ms"
      )
    }
    return delay
  }
}
