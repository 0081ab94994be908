import CWMGPlugin
import WMGFramework

/// A discovery of a library.
final class LibraryDiscovery: Discovery {
  private let name: String
  private let table: wmgwd2_discovery
  private let host: LibraryHost
  private let arguments: LibraryArguments
  private var instance: UnsafeMutableRawPointer?
  /// Between a `create` that succeeded and `stop`.
  private var isRunning = false

  /// - Throws: `PluginError`, with what the library says; `SystemCallError`.
  init(
    _ name: String, _ table: wmgwd2_discovery, _ arguments: LibraryArguments, context: DiscoveryContext
  ) throws {
    self.name = name
    self.table = table
    self.arguments = arguments
    host = LibraryHost(
      context.configuration, logger: context.logger, counters: context.counters, lease: context.lease)
    try host.open(context.loop) { news in
      for event in news.events { context.publish(event) }
    }
    do {
      try callLibrary(name, .discovery) { reason, size in
        table.create?(host.table, arguments.gateway, arguments.values, &instance, reason, size) ?? 0
      }
    } catch {
      host.close()
      throw error
    }
    isRunning = true
  }

  deinit { stop() }

  func start() throws {
    try callLibrary(name, .discovery) { table.start(instance, $0, $1) }
  }

  func advertise(_ advertising: Advertising) {
    let mode =
      switch advertising {
      case .off: WMGWD2_SILENT
      case .on: WMGWD2_SPEAK
      case .farewell: WMGWD2_FAREWELL
      }
    table.advertise(instance, UInt32(mode))
  }

  func drain() { table.drain(instance) }

  func stop() {
    guard isRunning else { return }
    isRunning = false
    table.stop(instance)
    host.close()
  }
}
