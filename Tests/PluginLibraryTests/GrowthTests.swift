import CWMGPlugin
import Foundation
import Testing

@testable import PluginLibrary

/// A host of a later header takes the libraries of today.
@Suite("Growth", CompiledLibrary.isNeeded) struct GrowthTests {
  /// A strategy of a later header.
  private struct LaterStrategy: LibraryTable {
    static var tableName: String { wmgwd2_strategy.tableName }
    static var firstSize: Int { wmgwd2_strategy.firstSize }
    var known = wmgwd2_strategy()
    var more: UInt64 = 0
  }

  private func read(declaring size: UInt32) throws -> LaterStrategy {
    var declared = LaterStrategy()
    declared.known.size = size
    declared.known.balance = 1150
    // What is behind the end of an older table belongs to something else.
    declared.more = .max
    return try withUnsafePointer(to: declared) { try table($0) }
  }

  @Test func whatAnOlderTableHasLessIsZero() throws {
    let older = try read(declaring: WMGWD2_STRATEGY_SIZE_1)
    #expect(older.known.balance == 1150 && older.more == 0)
    #expect(try read(declaring: WMGWD2_STRATEGY_SIZE_1 + 8).more == .max)
    #expect(try read(declaring: WMGWD2_STRATEGY_SIZE_1 + 800).more == .max)
    #expect(throws: InvalidPlugin.self) { try read(declaring: WMGWD2_STRATEGY_SIZE_1 - 8) }
  }

  @Test("A trial by a later host reads today's tables to their ends, and no further")
  func trial() throws {
    let today = try CompiledLibrary("malformed.c")
    let later = try laterTrial(in: today.folder)
    #expect(try status(of: later, [today.path]) == WMG_PROBE_SURVIVED)
    for mistake in ["COST=(char*)8", "OPTION_NAME=(char*)8", "NAME=(char*)8"] {
      let library = try CompiledLibrary("malformed.c", [mistake])
      #expect(try status(of: later, [library.path]) == WMG_PROBE_CRASHED, "\(mistake)")
    }
  }

  /// The trial as a program, with a header in which every structure that has a size has grown.
  private func laterTrial(in folder: String) throws -> String {
    let include = CompiledLibrary.include
    let sources = URL(fileURLWithPath: include).deletingLastPathComponent().deletingLastPathComponent().path
    var structure: Substring = ""
    var grown = 0
    var lines: [String] = []
    for line in try String(contentsOfFile: "\(include)/wmgwd2_plugin.h", encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("struct ") { structure = line.split(separator: " ")[1] }
      if line == "};", !["", "wmgwd2_value", "wmgwd2_vni_range"].contains(structure) {
        lines.append("  uint64_t grown[8];")
        grown += 1
        structure = ""
      }
      lines.append(String(line))
    }
    try #require(grown == 9)
    let header = lines.joined(separator: "\n")
    try header.write(toFile: "\(folder)/wmgwd2_plugin.h", atomically: false, encoding: .utf8)
    let main = """
      int wmg_probe_library(const char *path, unsigned seconds, int *detail);
      int main(int count, char **arguments) { int detail; return wmg_probe_library(arguments[count - 1], 10, &detail); }
      """
    try main.write(toFile: "\(folder)/main.c", atomically: false, encoding: .utf8)
    let flags = ["-std=gnu11", "-I", folder, "-I", "\(sources)/CLinux/include", "-o", "\(folder)/trial"]
    let files = ["\(folder)/main.c", "\(sources)/CWMGPlugin/library_probe.c", "\(sources)/CLinux/CLinux.c"]
    try #require(try status(of: CompiledLibrary.compiler, flags + files) == 0)
    return "\(folder)/trial"
  }

  private func status(of program: String, _ arguments: [String]) throws -> Int {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    return Int(process.terminationStatus)
  }
}
