import WMGFramework

/// A program to be run to its end: without a shell, with nothing of ours but what is given to it.
///
/// It starts by posix_spawn in a process group of its own, with default signals and no descriptors beyond the standard
/// ones. What is left of its group when it ends is killed, and it is waited for, so that no zombie stays.
public struct ExternalProgram: Hashable, Sendable {
  /// The program's path; it is not looked for in PATH.
  public var path: String
  /// Its arguments, without the name.
  public var arguments: [String]
  /// What it reads from standard input.
  public var input: String
  /// Its environment, `NAME=value`; `nil` is ours.
  public var environment: [String]?
  /// How many bytes of each output are kept; the rest is read and dropped.
  public var outputLimit: Int

  /// A program with its arguments.
  public init(
    _ path: String, _ arguments: [String] = [], input: String = "", environment: [String]? = nil,
    outputLimit: Int = 4 << 20
  ) {
    self.path = path
    self.arguments = arguments
    self.input = input
    self.environment = environment
    self.outputLimit = outputLimit
  }

  /// Runs it and waits for its end, which comes by SIGKILL to its group when `patience` is over.
  ///
  /// - Throws: `SystemCallError`, when it cannot be started: ENOENT, EACCES, E2BIG (too many arguments) and others.
  public func run(within patience: Duration) throws(SystemCallError) -> ProgramRun {
    let deadline = BootTimeClock.now + patience
    let input = try DescriptorInUse(memory: self.input)
    let output = try CapturedStream(limit: outputLimit)
    let errors = try CapturedStream(limit: outputLimit)
    let process = try start(input: input, output: output, errors: errors)
    output.closeWritingEnd()
    errors.closeWritingEnd()
    let hasEnded = try process.wait(until: deadline, reading: [output, errors])
    let status = process.finish()
    output.read()
    errors.read()
    return ProgramRun(hasEnded: hasEnded, status: status, output: output, errors: errors)
  }

  func start(
    input: DescriptorInUse, output: CapturedStream, errors: CapturedStream
  ) throws(SystemCallError) -> RunningProgram {
    try ProgramStart(path: path, arguments: arguments, environment: environment).start(
      with: [input.descriptor, output.writingEnd, errors.writingEnd])
  }
}
