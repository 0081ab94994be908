import CWMGPlugin
import WMGFramework

/// An effector of a library.
final class LibraryEffector: Effector {
  private let name: String
  private let table: wmgwd2_effector
  private let host: LibraryHost
  private let arguments: LibraryArguments
  private let context: EffectorContext
  private var instance: UnsafeMutableRawPointer?
  /// Between a `create` that succeeded and `stop`.
  private var isRunning = false
  /// The number of the last command on each VNI.
  private var commands: [VNI: UInt64] = [:]

  /// - Throws: `PluginError`, with what the library says; `SystemCallError`.
  init(
    _ name: String, _ table: wmgwd2_effector, _ arguments: LibraryArguments, context: EffectorContext
  ) throws {
    self.name = name
    self.table = table
    self.arguments = arguments
    self.context = context
    host = LibraryHost(context.configuration, logger: context.logger, counters: context.counters)
    try host.open(context.loop) { [weak self] in self?.tell($0) }
    do {
      try callLibrary(name, .effector) { reason, size in
        table.create?(host.table, arguments.gateway, arguments.values, &instance, reason, size) ?? 0
      }
    } catch {
      host.close()
      throw error
    }
    isRunning = true
  }

  deinit { stop() }

  func prepare(_ vnis: VNISet) throws {
    let vnis = Array(vnis)
    begin(vnis)
    try callLibrary(name, .effector) { reason, size in
      vnis.withRawValues { table.prepare(instance, $0, $1, reason, size) }
    }
  }

  func takeOver(_ vnis: [VNI]) {
    begin(vnis)
    vnis.withRawValues { table.take_over(instance, $0, $1) }
  }

  func handOver(_ vnis: [VNI]) {
    vnis.withRawValues { table.hand_over?(instance, $0, $1) }
  }

  func release(_ vnis: [VNI]) { release(vnis, to: vnis.map { _ in nil }) }

  func release(_ vnis: [VNI], to owners: [GatewayID?]) {
    begin(vnis)
    let owners = owners.map { $0?.rawValue ?? 0 }
    vnis.withRawValues { table.release(instance, $0, owners, $1) }
  }

  func refresh(_ vnis: [VNI]) {
    vnis.withRawValues { table.refresh?(instance, $0, $1) }
  }

  func add(_ vnis: VNISet) {
    host.admit(vnis)
    release(Array(vnis))
  }

  func forget(_ vnis: VNISet) {
    for vni in vnis { commands[vni] = nil }
  }

  func prepareToStop() { table.prepare_to_stop?(instance) }

  func stop() {
    guard isRunning else { return }
    isRunning = false
    table.stop(instance)
    host.close()
  }

  /// What the library's threads said of these VNIs before is out of date.
  private func begin(_ vnis: [VNI]) {
    let command = host.nextCommand()
    for vni in vnis { commands[vni] = command }
    host.deliverWaiting()
  }

  private func tell(_ news: LibraryNews) {
    var outcomes: [(vni: VNI, outcome: EffectorOutcome)] = []
    var drifts: [(vni: VNI, reason: String)] = []
    var outdated = 0
    for (vni, (content, command)) in news.reports {
      guard command >= commands[vni] ?? 0 else {
        outdated += 1
        continue
      }
      switch content {
      case .outcome(let outcome): outcomes.append((vni, outcome))
      case .drift(let reason): drifts.append((vni, reason))
      }
    }
    if outdated > 0 { context.counters.add(outdated, to: "reports-outdated") }
    if !outcomes.isEmpty { context.report(outcomes) }
    if !drifts.isEmpty { context.drift(drifts) }
    if !news.refreshRequests.isEmpty { context.requestRefresh(news.refreshRequests.sorted()) }
  }
}

extension [VNI] {
  /// The VNIs as C has them: a `VNI` is a bare `UInt32`.
  fileprivate func withRawValues<Result>(_ body: (UnsafePointer<UInt32>?, Int) -> Result) -> Result {
    withUnsafeBufferPointer { $0.withMemoryRebound(to: UInt32.self) { body($0.baseAddress, $0.count) } }
  }
}
