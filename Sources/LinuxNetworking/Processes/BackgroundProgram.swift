import CLinux
import Glibc
public import WMGFramework

/// A program that runs while its owner's loop goes on turning. Belongs to the loop's thread.
///
/// Otherwise it is run as `ExternalProgram` says: in a group of its own, killed with it when its time is over.
public final class BackgroundProgram {
  private let process: RunningProgram
  private let end: CInt
  private let output: CapturedStream
  private let errors: CapturedStream
  private let loop: any EventLoop
  private var deadline: MonotonicInstant
  private var timer: EventLoopTimer?
  private var whenEnded: ((ProgramRun) -> Void)?

  /// Starts a program; `whenEnded` is called once, on the loop's thread, when it has ended or was killed because
  /// `patience` was over. One that is dropped before is killed, and `whenEnded` is not called.
  ///
  /// - Throws: `SystemCallError`, when it cannot be started: ENOENT, EACCES, ENOEXEC and others.
  public init(
    _ program: ExternalProgram, on loop: any EventLoop, within patience: Duration,
    whenEnded: @escaping (ProgramRun) -> Void
  ) throws(SystemCallError) {
    let input = try DescriptorInUse(memory: program.input)
    output = try CapturedStream(limit: program.outputLimit)
    errors = try CapturedStream(limit: program.outputLimit)
    process = try program.start(input: input, output: output, errors: errors)
    end = try process.openEnd()
    output.closeWritingEnd()
    errors.closeWritingEnd()
    self.loop = loop
    self.whenEnded = whenEnded
    deadline = loop.now + patience
    loop.watch(end) { [weak self] in self?.conclude(hasEnded: true) }
    for stream in [output, errors] {
      loop.watch(stream.readingEnd) { [weak self] in
        stream.read()
        if stream.isAtEnd { self?.loop.unwatch(stream.readingEnd) }
      }
    }
    arm()
  }

  deinit {
    guard whenEnded != nil else { return }
    letGo()
    _ = process.finish()
  }

  /// Shortens what is left of its time.
  public func hurry(within patience: Duration) {
    guard whenEnded != nil, loop.now + patience < deadline else { return }
    deadline = loop.now + patience
    arm()
  }

  /// Blocks until it has ended or its time is over; `whenEnded` has been called then.
  public func waitForEnd() {
    guard whenEnded != nil else { return }
    conclude(hasEnded: process.wait(for: end, until: deadline, reading: [output, errors]))
  }

  private func arm() {
    if let timer { loop.cancel(timer) }
    timer = loop.schedule(at: deadline) { [weak self] in self?.conclude(hasEnded: false) }
  }

  private func conclude(hasEnded: Bool) {
    guard let whenEnded else { return }
    self.whenEnded = nil
    letGo()
    let status = process.finish()
    output.read()
    errors.read()
    whenEnded(ProgramRun(hasEnded: hasEnded, status: status, output: output, errors: errors))
  }

  private func letGo() {
    if let timer { loop.cancel(timer) }
    for descriptor in [end, output.readingEnd, errors.readingEnd] { loop.unwatch(descriptor) }
    close(end)
  }
}
