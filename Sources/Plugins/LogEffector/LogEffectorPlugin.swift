public import WMGFramework

/// `--effector log`: tells what a gateway would do, and does nothing; runs anywhere, without root.
public struct LogEffectorPlugin: EffectorPlugin {
  /// A description; nothing is set up yet.
  public init() {}

  /// `log`.
  public var name: String { "log" }
  /// One line: what it does.
  public var summary: String { "only tells what it would do; needs no root" }
  /// With nothing really taken over there are no clients to miss an announcement, so there is nothing to warn of.
  public var announcesTakeovers: Bool { true }
  /// Anywhere: it tells what is told at its place.
  public var chainPlace: ChainPlace? { nil }

  /// Makes the effector; never throws.
  public func makeEffector(_ options: PluginOptionValues, context: EffectorContext) -> any Effector {
    LogEffector(context: context)
  }
}
