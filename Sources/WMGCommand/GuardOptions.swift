import ArgumentParser
import Glibc
import WMGFramework
import WMGRuntime

/// The options that say what becomes of the interfaces when this gateway dies.
struct GuardOptions: ParsableArguments {
  @Option(
    name: .customLong("guard"),
    help: ArgumentHelp(
      "The program that makes everything standby if this one dies or hangs; off is none. (default: wmgwd2-guard, beside this program or in ../libexec/wmgwd2)",
      valueName: "path|off"))
  var guardProgram: String?

  @Option(
    help: ArgumentHelp(
      "How long after the end of this process the guard waits, 0 to interval × multiplier. (default: as long as peers, which count from the last advertisement)",
      valueName: "duration"))
  var guardDelay: String?
}

extension GuardOptions {
  /// The choice that these options are.
  ///
  /// - Throws: `UsageError`, which names the option and the fix.
  func choice(for configuration: GatewayConfiguration) throws(UsageError) -> GuardChoice {
    var choice = GuardChoice(.beside)
    switch guardProgram {
    case nil: break
    case "off": choice.program = .off
    case let path?:
      guard path.contains("/") else {
        throw UsageError(
          "--guard '\(path)' must be off or a path, such as /usr/local/libexec/wmgwd2/wmgwd2-guard")
      }
      guard access(path, X_OK) == 0 else {
        throw UsageError(
          "--guard '\(path)' is no program that can be run; name wmgwd2-guard's path, or off",
          exitCode: UsageError.noInput)
      }
      choice.program = .path(path)
    }
    guard let guardDelay else { return choice }
    let longest = configuration.detectionTime
    guard let delay = Duration(optionText: guardDelay), delay >= .zero, delay <= longest else {
      throw UsageError(
        "--guard-delay '\(guardDelay)' must be a duration from 0s to \(longest.optionText) (interval × multiplier), such as 0s or 500ms"
      )
    }
    choice.delay = delay
    return choice
  }
}
