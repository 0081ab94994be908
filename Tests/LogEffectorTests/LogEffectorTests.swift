import LinuxNetworking
import LogEffector
import Logging
import Synchronization
import Testing
import WMGFramework

/// Keeps what is logged.
private final class LogLines: Sendable {
  let lines = Mutex<[String]>([])
}

private struct KeepingLogHandler: LogHandler {
  var logLevel = Logger.Level.trace
  var metadata: Logger.Metadata = [:]
  let kept: LogLines

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let metadata = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
    kept.lines.withLock { $0.append("\(event.message) \(metadata)") }
  }
}

@Suite struct LogEffectorTests {
  private let kept = LogLines()
  private let counters = Counters()

  private func run(_ body: (any Effector) throws -> Void) throws -> [String] {
    let kept = kept
    var reports: [String] = []
    let context = EffectorContext(
      configuration: GatewayConfiguration(uid: GatewayID(rawValue: 1)!, vnis: VNISet()),
      loop: try EpollLoop(),
      logger: Logger(label: "log") { _ in KeepingLogHandler(kept: kept) }, counters: counters,
      report: { reports += $0.map { "\($0.vni) \($0.outcome)" } }, drift: { _ in })
    try body(LogEffectorPlugin().makeEffector(PluginOptionValues(), context: context))
    return reports
  }

  private func vnis(_ text: String) throws -> [VNI] { Array(try VNISet(parsing: text)) }

  @Test func everythingIsConfirmedAtOnce() throws {
    let reports = try run { effector in
      try effector.prepare(VNISet(parsing: "1-2"))
      effector.takeOver(try vnis("1-2"))
      effector.release(try vnis("2"))
      effector.stop()
    }
    #expect(reports == ["1 standby", "2 standby", "1 active", "2 active", "2 standby"])
  }

  @Test func eachCallIsOneLineWithTheVNIsAsASet() throws {
    _ = try run { effector in
      try effector.prepare(VNISet(parsing: "1-100"))
      effector.takeOver(try vnis("1-33,40"))
      effector.release(try vnis("40"))
      effector.refresh(try vnis("1-33"))
      effector.release([])
    }
    #expect(
      kept.lines.withLock { $0 } == [
        "would make standby count=100 vnis=1-100", "would take over count=34 vnis=1-33,40",
        "would release count=1 vnis=40", "would announce again count=33 vnis=1-33",
      ])
    #expect(counters.snapshot == ["takeovers": 34, "releases": 1, "refreshes": 33])
  }

  @Test func noWarningThatNothingAnnounces() {
    #expect(LogEffectorPlugin().announcesTakeovers)
  }
}
