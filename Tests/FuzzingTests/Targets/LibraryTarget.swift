import CWMGPlugin
import WMGFramework

@testable import PluginLibrary

extension FuzzTarget {
  /// What a library says of its plugins: tables of any size, counts, texts without an end. And what its plugins say
  /// while they run, through the host's functions.
  static let library = FuzzTarget(name: "library") { input in
    var input = FuzzInput(input)
    let memory = ForeignMemory()
    if input.byte() % 2 == 0 { try load(&input, memory) } else { try speak(&input, memory) }
  }

  // MARK: Loading

  private static func load(_ input: inout FuzzInput, _ memory: ForeignMemory) throws {
    let library = UnsafePointer(memory.library(&input).assumingMemoryBound(to: wmgwd2_library.self))
    wmg_look_at_tables(library)
    guard let loaded = try? LoadedLibrary(offering: library) else { return }
    try demand((1...64).contains(loaded.plugins.count), "1 to 64 plugins are loaded")
    for pointer in loaded.plugins {
      let plugin: any Plugin
      do throws(InvalidPlugin) {
        plugin = try PluginLibraries.plugin(table(pointer), path: "/x", abi: loaded.abi)
      } catch {
        try demand(isOneLine(error.reason), "a refusal is one line: \(error.reason)")
        continue
      }
      try look(at: plugin, text(input.remainder))
    }
  }

  private static func look(at plugin: any Plugin, _ given: String) throws {
    try demand(isForeignName(plugin.name), "'\(plugin.name)' is a name")
    try demand(isOneLine(plugin.summary) && plugin.summary.count <= 1000, "a summary is one line")
    try demand(plugin.details.utf8.count <= 3 * 65536, "details have an end")
    try demand(plugin.options.count <= 64, "there are at most 64 options")
    try demand(Set(plugin.options.map(\.name)).count == plugin.options.count, "options differ in their names")
    for option in plugin.options {
      try demand(isForeignName(option.name) && isOneLine(option.help), "'\(option.name)' is a name")
      for text in [option.defaultText, given] {
        guard case .success = option.decode(text) else {
          try demand(text == given, "the default of '\(option.name)' is allowed")
          continue
        }
        let values = try PluginOptionValues(decoding: [(option.name, text)], for: plugin)
        let canonical = option.text(in: values)
        let again = try PluginOptionValues(decoding: [(option.name, canonical)], for: plugin)
        try demand(option.text(in: again) == canonical, "'\(canonical)' is spelt in another way")
      }
    }
  }

  private static func isOneLine(_ text: String) -> Bool { !text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }

  // MARK: Running

  private static func speak(_ input: inout FuzzInput, _ memory: ForeignMemory) throws {
    let desk = HostedPlugin.shared
    let table = desk.host.table
    while !input.isEmpty {
      switch input.byte() % 6 {
      case 0: table.pointee.heard(table, memory.advertisement(&input))
      case 1:
        let count = memory.count(&input)
        let vnis = memory.array((0..<count.real).map { _ in input.number(UInt16.self) }.map(UInt32.init))
        let outcomes = memory.array((0..<count.real).map { _ in input.byte() })
        let reasons = memory.array((0..<count.real).map { _ in memory.text(&input) })
        table.pointee.report(table, input.number(UInt64.self) & 0xF, vnis, outcomes, reasons, count.said)
      case 2:
        let count = memory.count(&input)
        let vnis = memory.array((0..<count.real).map { _ in input.number(UInt16.self) }.map(UInt32.init))
        table.pointee.drift(table, 0, vnis, nil, count.said)
      case 3: table.pointee.count(table, memory.text(&input), input.number())
      case 4: table.pointee.log(table, input.number(), memory.text(&input))
      default: table.pointee.isolated(table, memory.text(&input))
      }
      try demand(desk.complaint == nil, desk.complaint ?? "")
    }
    try demand(desk.counters.snapshot.count <= 66, "a library has at most 64 counters of its own")
  }
}
