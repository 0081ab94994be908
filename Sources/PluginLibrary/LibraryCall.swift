import WMGFramework

/// A call of a library that may fail: what it returns, and the reason that it writes.
///
/// - Throws: `PluginError.unusable`, with the library's reason and exit code.
func callLibrary(
  _ plugin: String, _ kind: PluginKind, _ call: (UnsafeMutablePointer<CChar>?, Int) -> CInt
) throws(PluginError) {
  let (code, reason) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
    buffer.initialize(repeating: 0)
    let code = call(buffer.baseAddress, buffer.count)
    buffer[buffer.count - 1] = 0
    return (code, foreignLine(buffer.baseAddress) ?? "")
  }
  guard code != 0 else { return }
  throw .unusable(
    plugin: plugin,
    reason:
      "--\(kind.rawValue) \(plugin): \(reason.isEmpty ? "failed with \(code), without a reason" : reason)",
    exitCode: (64...78).contains(code) ? code : 71)
}
