import Glibc

/// The frame of a program that measures: figures go to standard output as rows of a Markdown table, everything else to
/// standard error. It exits with 1 when a figure is not reached, else with 0; what cannot be measured here is neither.
public struct Experiment {
  private let interruption: Interruption

  /// Runs a program's `main`: takes care of signals, errors and exit codes.
  ///
  /// `body` is to leave nothing behind however it ends; ^C comes to it as an error out of `pause` or `wait`.
  public static func run(_ body: (Experiment) throws -> [Figure]) -> Never {
    let experiment = Experiment(interruption: Interruption())
    do {
      let figures = try body(experiment)
      for figure in figures { print(figure.row) }
      exit(figures.allSatisfy { $0.isMet != false } ? 0 : 1)
    } catch let signal as Interruption.Signal {
      exit(128 + signal.number)
    } catch {
      experiment.say("error: \(error)")
      exit(70)
    }
  }

  /// Tells how it goes on.
  public func say(_ text: String) {
    let line = text + "\n"
    _ = write(STDERR_FILENO, line, line.utf8.count)
  }

  /// What follows an option on the command line.
  public func text(_ option: String) -> String? {
    let arguments = CommandLine.arguments
    guard let place = arguments.firstIndex(of: option), place + 1 < arguments.count else { return nil }
    return arguments[place + 1]
  }

  /// The whole number after an option on the command line.
  public func number(_ option: String, default standard: Int) -> Int {
    text(option).flatMap { Int($0) } ?? standard
  }

  /// Lets time pass.
  ///
  /// - Throws: when the program is told to end.
  public func pause(_ duration: Duration) throws {
    try wait(patience: duration) { false }
  }

  /// Waits until `condition` holds; `false` when it never does within `patience`.
  ///
  /// - Throws: when the program is told to end.
  @discardableResult
  public func wait(patience: Duration, until condition: () -> Bool) throws -> Bool {
    let end = ContinuousClock.now + patience
    while !condition() {
      let remaining = end - ContinuousClock.now
      guard remaining > .zero else { return false }
      try interruption.pause(min(remaining, .milliseconds(2)))
    }
    return true
  }
}
