public import Logging
import Synchronization

/// Where libraries' strategies log: they are made without a logger, unlike effectors and discoveries.
public enum StrategyLog {
  private static let maker = Mutex<@Sendable (String) -> Logger>({ Logger(label: $0) })

  /// Has them log through loggers of this making, each with the plugin's name; those made from now on.
  public static func use(_ make: @escaping @Sendable (String) -> Logger) {
    maker.withLock { $0 = make }
  }

  static func logger(_ name: String) -> Logger { maker.withLock { $0 }(name) }
}
