import LinuxNetworking
import Logging
import WMGFramework

@testable import PluginLibrary

/// A library's host for as long as the process runs (hosts are never freed), and what comes of what is told to it.
///
/// `@unchecked`: inputs are examined one at a time, on one thread.
final class HostedPlugin: @unchecked Sendable {
  static let shared = HostedPlugin()

  let counters = Counters()
  let host: LibraryHost
  /// What is wrong with what came through.
  private(set) var complaint: String?
  private let vnis = VNISet(VNI.min...(VNI(rawValue: 100) ?? .min))

  private init() {
    guard let own = GatewayID(rawValue: 1) else { fatalError("1 is a uid") }
    host = LibraryHost(
      GatewayConfiguration(uid: own, vnis: vnis),
      logger: Logger(label: "fuzzing") { _ in SwiftLogNoOpLogHandler() }, counters: counters)
    do {
      try host.open(IdleLoop()) { [unowned self] news in look(at: news) }
    } catch {
      fatalError("\(error)")
    }
  }

  private func look(at news: LibraryNews) {
    for (vni, (content, _)) in news.reports {
      if !vnis.contains(vni) { complaint = "VNI \(vni) is none of this gateway's" }
      switch content {
      case .outcome(.failed(let reason)), .drift(let reason):
        if reason.utf8.contains(where: { $0 < 0x20 }) { complaint = "a reason is not one line" }
      default: break
      }
    }
    for event in news.events {
      switch event {
      case .heard(let heard):
        if heard.receivedAt > BootTimeClock.now { complaint = "something is heard in the future" }
        if heard.advertisement.weight == 0 { complaint = "a weight is 0" }
        if let interval = heard.advertisement.interval, interval <= .zero { complaint = "an interval is 0" }
      case .isolated(let reason):
        if reason.utf8.contains(where: { $0 < 0x20 }) { complaint = "a reason is not one line" }
      default: break
      }
    }
  }
}

/// A loop in which nothing happens.
private final class IdleLoop: EventLoop {
  var now: MonotonicInstant { BootTimeClock.now }
  func watch(_ fileDescriptor: Int32, onReadable: @escaping () -> Void) -> Bool { true }
  func unwatch(_ fileDescriptor: Int32) {}
  func schedule(at deadline: MonotonicInstant, _ action: @escaping () -> Void) -> EventLoopTimer {
    EventLoopTimer(identifier: 0)
  }
  func cancel(_ timer: EventLoopTimer) {}
}
