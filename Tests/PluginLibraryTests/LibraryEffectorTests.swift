import Glibc
import LinuxNetworking
import Logging
import Synchronization
import Testing
import WMGFramework

@testable import PluginLibrary

/// A library's effector, whose reports come from its own threads and from the plugin's.
@Suite("Effectors of libraries", .serialized, CompiledLibrary.isNeeded) final class LibraryEffectorTests {
  private let library: CompiledLibrary
  private let plugin: any EffectorPlugin
  private let loop: EpollLoop
  private let counters = Counters()
  private let reports = Mutex<[VNI: EffectorOutcome]>([:])
  private let drifts = Mutex<[VNI: String]>([:])
  private let refreshes = Mutex<[VNI]>([])

  init() throws {
    library = try CompiledLibrary("effector.c")
    plugin = try #require(library.plugins().first as? any EffectorPlugin)
    loop = try EpollLoop()
  }

  private func make(
    uid: UInt64 = 11, vnis: String = "1-66", _ settings: [(name: String, text: String)] = []
  ) throws -> any Effector {
    try plugin.makeEffector(
      try PluginOptionValues(decoding: settings, for: plugin),
      context: EffectorContext(
        configuration: try configuration(uid, vnis), loop: loop,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        counters: counters,
        report: { [self] outcomes in reports.withLock { for (vni, outcome) in outcomes { $0[vni] = outcome } }
        },
        drift: { [self] drifts in self.drifts.withLock { for (vni, reason) in drifts { $0[vni] = reason } } },
        requestRefresh: { [self] vnis in refreshes.withLock { $0 += vnis } }))
  }

  private func configuration(_ uid: UInt64, _ vnis: String) throws -> GatewayConfiguration {
    GatewayConfiguration(uid: GatewayID(rawValue: uid)!, vnis: try VNISet(parsing: vnis))
  }

  private func run(for duration: Duration = .milliseconds(20)) {
    loop.schedule(at: loop.now + duration) { [loop] in loop.stop() }
    loop.run()
  }

  private func report(on vni: UInt32) -> EffectorOutcome? { reports.withLock { $0[VNI(rawValue: vni)!] } }
  private let one = VNI(rawValue: 1)!
  private let two = VNI(rawValue: 2)!

  @Test func itsThreadsReportsArriveOnThePluginsThread() throws {
    let effector = try make()
    defer { effector.stop() }
    try effector.prepare(try VNISet(parsing: "1-66"))
    #expect(report(on: 1) == .standby && reports.withLock { $0.count } == 66)
    effector.takeOver([one, two])
    #expect(report(on: 1) == .standby, "before the loop has run")
    run()
    #expect(report(on: 1) == .active && report(on: 2) == .active)
    #expect(try library.function("refused_elsewhere", (@convention(c) () -> CInt).self)() == 1)
  }

  @Test func whatAThreadSaidBeforeAReleaseIsOutOfDate() throws {
    let effector = try make()
    defer { effector.stop() }
    effector.takeOver([one, two])
    effector.release([one], to: [GatewayID(rawValue: 12)])
    run()
    #expect(report(on: 1) == .standby && report(on: 2) == .active)
    #expect(counters["reports-outdated"] == 1)
  }

  @Test func aReportAnswersTheCallOfItsMoment() throws {
    let effector = try make()
    defer { effector.stop() }
    let vni = VNI(rawValue: 65)!
    effector.takeOver([vni])
    run()
    #expect(report(on: 65) == .active)
    reports.withLock { $0 = [:] }
    // The library reports the takeover while the release is under way.
    effector.release([vni], to: [nil])
    run()
    #expect(report(on: 65) == nil)
    #expect(counters["reports-outdated"] == 1)
  }

  @Test func whereNothingIsWatchedItIsTold() throws {
    let effector = try make()
    defer { effector.stop() }
    try effector.prepare(try VNISet(parsing: "1-2"))
    #expect(try library.function("refused_watches", (@convention(c) () -> CInt).self)() == 4)
  }

  @Test func whatWasNotMadeIsNotStopped() throws {
    #expect(throws: SystemCallError.self) {
      _ = try plugin.makeEffector(
        PluginOptionValues(),
        context: EffectorContext(
          configuration: try configuration(11, "1"), loop: DeafLoop(),
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, counters: counters,
          report: { _ in }, drift: { _ in }, requestRefresh: { _ in }))
    }
    #expect(try library.function("stops", (@convention(c) () -> CInt).self)() == 0)
  }

  @Test func releasesComeWithTheirOwnersAndFailuresWithTheirReasons() throws {
    let effector = try make()
    defer { effector.stop() }
    effector.release([one, two], to: [nil, GatewayID(rawValue: 13)])
    #expect(report(on: 1) == .standby && report(on: 2) == .failed(reason: "given to 13"))
  }

  @Test func vnisThatComeWhileItRunsAreReportedOn() throws {
    let effector = try make(vnis: "1-5")
    defer { effector.stop() }
    effector.release([VNI(rawValue: 7)!], to: [nil])
    #expect(report(on: 7) == nil)
    effector.add(try VNISet(parsing: "7"))
    #expect(report(on: 7) == .standby)
  }

  @Test func anOutcomeThatDoesNotExistIsAFailure() throws {
    let effector = try make()
    defer { effector.stop() }
    try effector.prepare(try VNISet(parsing: "1-66"))
    #expect(report(on: 66) == .failed(reason: "the plugin reports an outcome that does not exist: 9"))
  }

  @Test func driftsAndRefreshesArriveAndStrangeVNIsDoNot() throws {
    let effector = try make()
    defer { effector.stop() }
    effector.refresh([two])
    run()
    #expect(drifts.withLock { $0 } == [two: "somebody else"])
    #expect(refreshes.withLock { $0 } == [two])
    #expect(reports.withLock { $0.isEmpty })
  }

  @Test func itsTimersFireAndItsDescriptorsAreRead() throws {
    let effector = try make(vnis: "1-66", [("interval", "10ms")])
    defer { effector.stop() }
    try effector.prepare(try VNISet(parsing: "1-2"))
    run(for: .milliseconds(100))
    #expect(counters.snapshot == ["timers": 1, "bytes-read": 1, "most": .max])
  }

  @Test func afterAStopNothingComesAnyMore() throws {
    let effector = try make()
    try effector.prepare(try VNISet(parsing: "1-2"))
    effector.takeOver([one])
    effector.stop()
    effector.stop()
    #expect(try library.function("stops", (@convention(c) () -> CInt).self)() == 1)
    try library.function("report_late", (@convention(c) () -> Void).self)()
    run(for: .milliseconds(50))
    #expect(report(on: 1) == .standby)
    #expect(counters.snapshot.isEmpty, "its timer was still there")
  }

  @Test func itsFailuresAreErrorsWithItsReason() throws {
    #expect(
      throws: PluginError.unusable(
        plugin: "c-effector", reason: "--effector c-effector: failed with 300, without a reason", exitCode: 71
      )
    ) {
      _ = try make(uid: 98)
    }
    let effector = try make()
    defer { effector.stop() }
    #expect(
      throws: PluginError.unusable(
        plugin: "c-effector", reason: "--effector c-effector: one VNI is too few", exitCode: 69)
    ) {
      try effector.prepare(try VNISet(parsing: "5"))
    }
    #expect(
      throws: PluginError.unusable(
        plugin: "c-effector", reason: "--effector c-effector: interval 5ms is not for uid 99", exitCode: 78)
    ) {
      try plugin.validate(PluginOptionValues(), for: try configuration(99, "1"))
    }
    try plugin.validate(PluginOptionValues(), for: try configuration(11, "1"))
  }

  @Test func itSaysWhatItFindsAndWhetherItAnnounces() throws {
    #expect(plugin.announcesTakeovers)
    #expect(
      try plugin.inspect(PluginOptionValues(), for: try VNISet(parsing: "3-4")) == [
        Finding(.ok, subject: "host", message: "fine"),
        Finding(.error, vni: VNI(rawValue: 4), subject: "thing", message: "is missing", fix: "make it"),
      ])
  }
}

/// A loop that can watch nothing.
private final class DeafLoop: EventLoop {
  var now: MonotonicInstant { BootTimeClock.now }
  func watch(_ fileDescriptor: Int32, onReadable: @escaping () -> Void) -> Bool { false }
  func unwatch(_ fileDescriptor: Int32) {}
  func schedule(at deadline: MonotonicInstant, _ action: @escaping () -> Void) -> EventLoopTimer {
    EventLoopTimer(identifier: 0)
  }
  func cancel(_ timer: EventLoopTimer) {}
}
