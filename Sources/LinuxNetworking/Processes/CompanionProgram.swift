import CLinux
import Glibc
public import WMGFramework

/// A program that runs beside its owner for as long as it lives, and may outlive it. Belongs to the loop's thread.
///
/// It has a session of its own, so that nothing that is sent to the owner's terminal or process group reaches it.
public final class CompanionProgram {
  /// Its process ID.
  public let pid: Int32
  private let process: RunningProgram
  private let end: CInt
  private let loop: any EventLoop
  private var whenEnded: ((ProgramRun.Ending) -> Void)?

  /// Starts a program; `whenEnded` is called once, on the loop's thread, when it has ended.
  ///
  /// - Parameters:
  ///   - arguments: Its arguments, without the name.
  ///   - descriptors: What it has open as 0, 1, 2 …; they stay the caller's.
  ///   - keeping: A privilege of the calling thread that the program is to have, too: a process that is not root loses
  ///     its privileges when it becomes another program.
  /// - Throws: `SystemCallError`, when it cannot be started: ENOENT, EACCES, ENOEXEC and others.
  public init(
    _ path: String, _ arguments: [String], descriptors: [Int32], keeping capability: Capability? = nil,
    on loop: any EventLoop, whenEnded: @escaping (ProgramRun.Ending) -> Void
  ) throws(SystemCallError) {
    // Out of the way of the numbers that they are to have.
    let given = descriptors.map { wmg_duplicate_above($0, 16) }
    defer { for descriptor in given where descriptor >= 0 { close(descriptor) } }
    guard given.allSatisfy({ $0 >= 0 }) else { throw SystemCallError("duplicate a descriptor") }
    let wasPassedOn = capability.map { wmg_pass_on_capability(CInt($0.number), 1) } == 1
    defer {
      if wasPassedOn, let capability { _ = wmg_pass_on_capability(CInt(capability.number), 0) }
    }
    process = try ProgramStart(path: path, arguments: arguments, head: .session).start(with: given)
    pid = process.pid
    end = try process.openEnd()
    self.loop = loop
    self.whenEnded = whenEnded
    loop.watch(end) { [weak self] in self?.conclude() }
  }

  /// Leaves it to itself; `whenEnded` is not called any more.
  deinit {
    loop.unwatch(end)
    close(end)
  }

  /// Whether its end has not been noticed yet.
  public var isRunning: Bool { whenEnded != nil }

  /// Ends it at once, and does not wait for that, which may take while the kernel is busy for it; `whenEnded` is not
  /// called.
  public func kill() {
    guard whenEnded != nil else { return }
    whenEnded = nil
    loop.unwatch(end)
    _ = process.finish(within: .zero)
  }

  /// Waits for its end, which comes by SIGKILL when `patience` is over; `whenEnded` is not called.
  ///
  /// - Returns: whether it has ended by itself.
  @discardableResult
  public func waitForEnd(within patience: Duration) -> Bool {
    guard whenEnded != nil else { return true }
    let hasEnded = process.wait(for: end, until: BootTimeClock.now + patience, reading: [])
    kill()
    return hasEnded
  }

  private func conclude() {
    guard let whenEnded else { return }
    self.whenEnded = nil
    loop.unwatch(end)
    let status = process.finish()
    whenEnded(status.map(ProgramRun.ending) ?? .unknown)
  }
}
