import CGuard
import CLinux
import Glibc
import LinuxNetworking
import WMGFramework

/// One guard: its process, and what it reports. Belongs to the core's thread.
final class GuardProcess {
  let pid: Int32
  let startedAt: MonotonicInstant
  private(set) var isOnDuty = false
  /// The writing end of its ticks' pipe, which belongs to whom it was handed to.
  let ticks: CInt
  private let program: CompanionProgram
  private let reports: CInt
  private let loop: EpollLoop
  private let onReport: (GuardProcess, wmg_guard_report) -> Void

  /// Starts a guard; the writing end of its ticks' pipe is handed to `connect`.
  ///
  /// - Throws: `SystemCallError`.
  init(
    _ path: String, _ plan: GuardPlan, on loop: EpollLoop, connect: (CInt) -> Void,
    onReport: @escaping (GuardProcess, wmg_guard_report) -> Void,
    whenEnded: @escaping (ProgramRun.Ending) -> Void
  ) throws(SystemCallError) {
    let plan = try plan.sealed()
    var ticks: (reading: CInt, writing: CInt) = (-1, -1)
    guard wmg_open_tick_pipe(&ticks.reading, &ticks.writing) == 0 else {
      throw SystemCallError("make a pipe")
    }
    defer { close(ticks.reading) }
    var answers: (reading: CInt, writing: CInt) = (-1, -1)
    guard wmg_open_pipe(&answers.reading, &answers.writing) == 0 else {
      close(ticks.writing)
      throw SystemCallError("make a pipe")
    }
    defer { close(answers.writing) }
    do {
      program = try CompanionProgram(
        path, ["--gateway", "\(getpid())"],
        descriptors: [ticks.reading, answers.writing, STDERR_FILENO, plan.rawValue],
        keeping: .networkAdministration, on: loop, whenEnded: whenEnded)
    } catch {
      close(ticks.writing)
      close(answers.reading)
      throw error
    }
    connect(ticks.writing)
    self.ticks = ticks.writing
    pid = program.pid
    startedAt = loop.now
    reports = answers.reading
    self.loop = loop
    self.onReport = onReport
    loop.watch(reports) { [weak self] in self?.read() }
  }

  deinit {
    loop.unwatch(reports)
    close(reports)
  }

  /// Whether its end has not been noticed yet.
  var isRunning: Bool { program.isRunning }

  /// Ends it at once.
  func kill() { program.kill() }

  /// Waits for its end; it is killed when `patience` is over.
  func waitForEnd(within patience: Duration) { program.waitForEnd(within: patience) }

  private func read() {
    var report = wmg_guard_report()
    while true {
      let count = Glibc.read(reports, &report, MemoryLayout.size(ofValue: report))
      guard count == MemoryLayout.size(ofValue: report) else {
        if count == 0 { loop.unwatch(reports) }
        return
      }
      if report.kind == wmg_guard_report_on_duty.rawValue { isOnDuty = true }
      onReport(self, report)
    }
  }
}
