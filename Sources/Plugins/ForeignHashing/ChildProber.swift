import Glibc
import LinuxNetworking
import WMGFramework

/// Tries a function in processes of their own: whatever it does there, the gateway goes on.
struct ChildProber: Hashable {
  /// The program that is started with `foreign call …`: a daemon that has the plugin `foreign`.
  var program = "/proc/self/exe"
  /// How long each process may take, loading included.
  var patience = Duration.seconds(5)

  /// Set in a probe's process, so that a program which is no daemon does not start itself for ever.
  private static let mark = "WMG_FOREIGN_CALL"

  /// Calls the function for every pair, twice in each of two processes.
  ///
  /// - Throws: `ForeignFailure`: it cannot be a strategy's, or cannot be tried.
  func probe(_ description: ForeignDescription) throws(ForeignFailure) -> ProbeFindings {
    guard getenv(Self.mark) == nil else {
      throw ForeignFailure(.library, "a function that is being tried cannot be tried")
    }
    let child = ExternalProgram(
      program,
      [
        ForeignPlugin.pluginName, "call", "--library=\(description.library)",
        "--symbol=\(description.symbol)", "--signature=\(description.signature)",
      ], environment: Self.environment, outputLimit: 64 << 10)
    var runs: [ProgramRun] = []
    for _ in 0..<2 {
      do {
        runs.append(try child.run(within: patience))
      } catch {
        throw ForeignFailure(.library, "it cannot be tried: \(error)")
      }
      // One that has failed needs no second.
      if runs.last?.ending != .exited(0) { break }
    }
    return try ProbeFindings(judging: runs, of: description.signature, patience: patience)
  }

  /// Ours, but for what a crash is answered with: a backtrace takes seconds and says nothing here.
  private static var environment: [String] {
    var settings: [String] = []
    var entry = environ
    while let setting = entry.pointee {
      let text = String(cString: setting)
      if !text.hasPrefix("SWIFT_BACKTRACE=") { settings.append(text) }
      entry += 1
    }
    return settings + ["SWIFT_BACKTRACE=enable=no", "\(mark)=1"]
  }
}
