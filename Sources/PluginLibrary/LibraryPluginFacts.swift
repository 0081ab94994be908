import CWMGPlugin
import WMGFramework

/// What a library says of one of its plugins, copied and checked: the part that all kinds have alike.
struct LibraryPluginFacts: Sendable {
  let name: String
  let version: String
  let summary: String
  let details: String
  let options: [LibraryOption]
  let origin: PluginOrigin

  /// - Throws: `InvalidPlugin`.
  init(_ plugin: wmgwd2_plugin, path: String, abi: UInt32) throws(InvalidPlugin) {
    guard let name = foreignLine(plugin.name) else { throw InvalidPlugin("a plugin's name is NULL") }
    guard isForeignName(name) else {
      throw InvalidPlugin("a plugin is named '\(name)'; \(foreignNameRule)")
    }
    guard let version = foreignLine(plugin.version), !version.isEmpty else {
      throw InvalidPlugin("plugin '\(name)' has no version")
    }
    guard let summary = foreignLine(plugin.summary), !summary.isEmpty else {
      throw InvalidPlugin("plugin '\(name)' has no summary")
    }
    self.name = name
    self.version = version
    self.summary = summary
    details = foreignText(plugin.details) ?? ""
    do {
      options = try Self.options(of: plugin)
    } catch {
      throw InvalidPlugin("plugin '\(name)': \(error.reason)")
    }
    origin = .library(path: path, version: version, abi: abi)
  }

  private static func options(of plugin: wmgwd2_plugin) throws(InvalidPlugin) -> [LibraryOption] {
    guard plugin.option_count > 0 else { return [] }
    guard plugin.option_count <= 64, let first = plugin.options else {
      throw InvalidPlugin("has \(plugin.option_count) options; it must be 64 at most, and they must be there")
    }
    let stride = plugin.option_size
    guard stride >= wmgwd2_option.firstSize else {
      throw InvalidPlugin(shortTable(wmgwd2_option.self, stride))
    }
    guard stride <= 4096, stride % MemoryLayout<wmgwd2_option>.alignment == 0 else {
      throw InvalidPlugin("its option_size is \(stride); set .option_size = sizeof(wmgwd2_option)")
    }
    var options: [LibraryOption] = []
    for index in 0..<Int(plugin.option_count) {
      let declared = copyTable(UnsafeRawPointer(first) + index * stride, stride, as: wmgwd2_option.self)
      let option = try LibraryOption(declared)
      guard !options.contains(where: { $0.option.name == option.option.name }) else {
        throw InvalidPlugin("option '\(option.option.name)' is there twice")
      }
      options.append(option)
    }
    return options
  }
}
