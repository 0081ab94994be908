/// How a program that was run to its end has ended, and what it printed.
public struct ProgramRun: Hashable, Sendable {
  /// How it ended.
  public enum Ending: Hashable, Sendable {
    /// It exited with this code.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)
    /// It was still running when its time was over, and was killed.
    case timedOut
    /// It has ended, and nobody can say how: its status was taken by somebody else.
    case unknown
  }

  /// How it ended.
  public var ending: Ending
  /// What it wrote to standard output, as far as it fits.
  public var output: String
  /// What it wrote to standard error, as far as it fits.
  public var errors: String
  /// It wrote more than there was room for; the rest is lost.
  public var isTruncated: Bool
  /// Some of what is lost was standard output.
  public var isOutputTruncated: Bool

  /// What came of a program, for tests of what judges it.
  public init(
    ending: Ending, output: String = "", errors: String = "", isTruncated: Bool = false,
    isOutputTruncated: Bool = false
  ) {
    self.ending = ending
    self.output = output
    self.errors = errors
    self.isTruncated = isTruncated
    self.isOutputTruncated = isOutputTruncated
  }

  /// What came of one that is reaped, with its status as `waitpid` gives it; `nil` if that gave none.
  init(hasEnded: Bool, status: CInt?, output: CapturedStream, errors: CapturedStream) {
    ending =
      if !hasEnded {
        .timedOut
      } else if let status {
        Self.ending(status)
      } else {
        .unknown
      }
    self.output = output.text
    self.errors = errors.text
    isTruncated = output.isTruncated || errors.isTruncated
    isOutputTruncated = output.isTruncated
  }

  /// By the status that `waitpid` gives.
  static func ending(_ status: CInt) -> Ending {
    status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
  }
}
