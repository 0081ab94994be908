import CWMGPlugin
import Glibc
import LinuxNetworking
import WMGFramework

/// A library that has been loaded, and whose tables have been checked as far as they are all plugins' alike.
///
/// It is never unloaded: its plugins' names, functions and threads may be in use for as long as the process runs.
struct LoadedLibrary {
  /// The library's number of the interface.
  let abi: UInt32
  /// Its plugins' tables, which stay where they are.
  let plugins: [UnsafePointer<wmgwd2_plugin>]

  /// How long a library may take to be loaded in the child process that tries it, in seconds.
  static let patience: UInt32 = 10

  /// Tries the library in a child process, then loads it.
  ///
  /// - Throws: `PluginRefusal`; the library may have been loaded then, and stays so.
  init(
    _ file: TrustedFile, named path: String, patience: UInt32 = Self.patience
  ) throws(PluginRefusal) {
    func refusal(_ reason: String) -> PluginRefusal { PluginRefusal(path: path, reason: reason) }
    if let harm = Self.harm(in: file, patience) { throw refusal(harm) }
    guard let handle = dlopen(file.path, RTLD_NOW | RTLD_LOCAL) else {
      throw refusal("cannot be loaded: \(foreignLine(dlerror()) ?? "no reason given")")
    }
    guard let symbol = dlsym(handle, WMGWD2_PLUGIN_ENTRY) else {
      throw refusal(
        "has no function \(WMGWD2_PLUGIN_ENTRY); a plugin library exports one, see wmgwd2_plugin.h")
    }
    typealias Entry = @convention(c) () -> UnsafePointer<wmgwd2_library>?
    guard let library = unsafeBitCast(symbol, to: Entry.self)() else {
      throw refusal("its \(WMGWD2_PLUGIN_ENTRY) returns NULL: it does not want to be loaded")
    }
    do {
      try self.init(offering: library)
    } catch {
      throw refusal(error.reason)
    }
  }

  /// Takes the tables that a library's entry has returned.
  ///
  /// - Throws: `InvalidPlugin`.
  init(offering library: UnsafePointer<wmgwd2_library>) throws(InvalidPlugin) {
    // Until these two are known to be right, nothing else may be looked at.
    let start = UnsafeRawPointer(library)
    let abi = start.loadUnaligned(as: UInt32.self)
    let size = Int(start.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    guard abi == WMGWD2_PLUGIN_ABI else {
      throw InvalidPlugin(
        "was built for ABI \(abi), and this program has ABI \(WMGWD2_PLUGIN_ABI); build it anew")
    }
    guard size >= wmgwd2_library.firstSize else {
      throw InvalidPlugin(shortTable(wmgwd2_library.self, size))
    }
    let declared = copyTable(start, size, as: wmgwd2_library.self)
    let count = declared.plugin_count
    guard (1...64).contains(count), let tables = declared.plugins else {
      throw InvalidPlugin("offers \(count) plugins; it must be 1 to 64")
    }
    self.abi = abi
    var plugins: [UnsafePointer<wmgwd2_plugin>] = []
    for index in 0..<Int(count) {
      guard let plugin = tables[index] else {
        throw InvalidPlugin("its plugin \(index + 1) of \(count) is NULL")
      }
      plugins.append(plugin)
    }
    self.plugins = plugins
  }

  /// What loading the library does to a process, if that is worse than to fail.
  private static func harm(in file: TrustedFile, _ patience: UInt32) -> String? {
    var detail: CInt = 0
    switch wmg_probe_library(file.path, patience, &detail) {
    case CInt(WMG_PROBE_CRASHED):
      return
        "crashes when it is loaded (\(foreignLine(strsignal(detail)) ?? "signal \(detail)")); mend the library"
    case CInt(WMG_PROBE_HANGS):
      return "is not loaded within \(patience) s; loading must not wait for anything"
    case CInt(WMG_PROBE_EXITED):
      return "ends the process when it is loaded (exit code \(detail)); mend the library"
    case CInt(WMG_PROBE_FAILED):
      return "cannot be tried in a child process: \(foreignLine(strerror(detail)) ?? "errno \(detail)")"
    default:
      return nil
    }
  }
}
