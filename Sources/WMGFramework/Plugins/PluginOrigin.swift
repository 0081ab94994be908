/// Where a plugin comes from.
public enum PluginOrigin: Hashable, Sendable {
  /// Compiled into this program.
  case program
  /// Loaded from a shared library: its path, its own version, and the number of the plugin interface it was built for.
  case library(path: String, version: String, abi: UInt32)
}
