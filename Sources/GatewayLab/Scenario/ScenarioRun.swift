import Glibc
import WMGFramework

/// How a scenario is run from beginning to end.
enum ScenarioRun {
  /// Makes the stage, plays on it, and cleans up, whatever happens in between.
  ///
  /// - Parameter isLive: whether to redraw a live table; `nil` does so on a terminal.
  /// - Returns: the exit code: 0 when everything was as expected, 1 when not, 128 + the signal's number when one ended
  ///   it early, one of sysexits when the lab could not be built; that is said on standard error.
  static func run(
    isLive: Bool?, _ makeStage: (TerminalScreen, Interruption) throws -> any ScenarioStage
  ) -> Int32 {
    let interruption = Interruption()
    defer { interruption.end() }
    let screen = TerminalScreen(isLive: isLive ?? TerminalScreen.isTerminal)
    do {
      let stage = try makeStage(screen, interruption)
      defer { stage.close() }
      do {
        return try stage.play()
      } catch let signal as Interruption.Signal {
        stage.say("interrupted; cleaning up")
        return signal.exitCode
      }
    } catch let error as LabError {
      screen.restore()
      complain(error.description)
      return error.exitCode
    } catch {
      screen.restore()
      complain("\(error)")
      return 70
    }
  }

  private static func complain(_ text: String) {
    let line = "\(GatewayProgram.current.name) lab: \(text)\n"
    _ = write(STDERR_FILENO, line, line.utf8.count)
  }
}
