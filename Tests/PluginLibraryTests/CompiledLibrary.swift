import Foundation
import Testing
import WMGFramework

@testable import PluginLibrary

/// A shared library compiled from `Libraries`, in a folder of its own that is removed with it.
final class CompiledLibrary {
  static let compiler = "/usr/bin/cc"
  private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  /// Where the header is.
  static let include = here.deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/CWMGPlugin/include").path
  static let isNeeded: ConditionTrait = .enabled(
    if: access(compiler, X_OK) == 0, "needs a C compiler as /usr/bin/cc; apt install gcc libc6-dev")

  let folder: String
  var path: String { "\(folder)/libtest.so" }

  /// Compiles a source; `definitions` as on a command line: `NAME="x"`.
  init(_ source: String, _ definitions: [String] = []) throws {
    folder = NSTemporaryDirectory() + "wmgabi-\(getpid())-\(UUID().uuidString)"
    try #require(mkdir(folder, 0o755) == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.compiler)
    process.arguments =
      ["-std=gnu11", "-Wall", "-Wextra", "-fPIC", "-shared", "-pthread", "-fvisibility=hidden"]
      + ["-I", Self.include, "-o", path] + definitions.map { "-D\($0)" }
      + [Self.here.appendingPathComponent("Libraries/\(source)").path]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(source) \(definitions)")
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// The plugins, where none may be refused.
  func plugins() throws -> [any Plugin] {
    let (plugins, refusals) = PluginLibraries.load([path])
    try #require(refusals.isEmpty, "\(refusals)")
    return plugins
  }

  /// A function of the library that takes and returns nothing, or an int.
  func function<Function>(_ name: String, _ type: Function.Type) throws -> Function {
    let handle = try #require(dlopen(path, RTLD_NOW | RTLD_NOLOAD))
    return unsafeBitCast(try #require(dlsym(handle, name)), to: type)
  }
}
