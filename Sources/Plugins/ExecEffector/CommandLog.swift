import LinuxNetworking
import Logging

/// What a command prints, as lines of the log: no more than an operator reads.
struct CommandLog {
  private static let mostLines = 20
  private static let longestLine = 300

  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  /// Writes what a call has printed: standard output as information, standard error as a warning.
  func write(_ run: ProgramRun, event: String) {
    let metadata: Logger.Metadata = ["event": "\(event)"]
    let output = Self.lines(run.output)
    for line in output.prefix(Self.mostLines) {
      logger.info("the command says: \(line)", metadata: metadata)
    }
    let errors = Self.lines(run.errors)
    for line in errors.prefix(Self.mostLines) {
      logger.warning("the command complains: \(line)", metadata: metadata)
    }
    let left = max(0, output.count - Self.mostLines) + max(0, errors.count - Self.mostLines)
    if left > 0 || run.isTruncated {
      logger.info("the command said more than is logged", metadata: metadata)
    }
  }

  private static func lines(_ text: String) -> [Substring] {
    text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
      .map { $0.prefix(longestLine) }
  }
}
