import LinuxNetworking
public import WMGFramework

/// The effector `garp`: tells hosts and switches of an overlay by gratuitous ARP where the gateway is now.
public struct GratuitousARPPlugin: EffectorPlugin {
  let interface = InterfaceNamePattern.option
  let count = PluginOption(
    "count", default: 5, in: 1...100, unit: "announcements", live: true,
    help: "how often a takeover is announced in all")
  let spacing = PluginOption(
    "spacing", default: Duration.milliseconds(1100), in: .milliseconds(10)...(.seconds(60)), live: true,
    help: "time between these announcements; Linux hosts ignore some that come within 1 s")
  let interval = PluginOption(
    "interval", default: Duration.seconds(60), limits: "0 or 1s to 60m", live: true,
    help: "time between refreshes, each VNI's ± 10 %; 0 is never"
  ) { $0 == .zero || (.seconds(1)...(.seconds(3600))).contains($0) ? nil : "must be 0 or 1s to 60m" }
  let operation = PluginOption(
    "operation", default: "both", limits: "both, request or reply", live: true,
    help: "ARP requests (RFC 5227), replies (as the older Go daemon sends), or both"
  ) { AnnouncementOperations(name: $0) == nil ? "must be both, request or reply" : nil }
  let rate = PluginOption(
    "rate", default: 1000, in: 10...1_000_000, unit: "packets/s", live: true,
    help: "pace of repeats and refreshes; first announcements are not paced")

  /// A plugin with its options at their defaults.
  public init() {}

  /// `garp`
  public var name: String { "garp" }
  /// One line: what it does.
  public var summary: String { "announces taken-over VNIs by gratuitous ARP, and again from time to time" }
  /// What can be set.
  public var options: [any AnyPluginOption] { [interface, count, spacing, interval, operation, rate] }
  /// It does.
  public var announcesTakeovers: Bool { true }

  /// Looks at privileges and at the length of the interfaces' names.
  ///
  /// - Throws: `PluginError`.
  public func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
    try validate(
      options[interface], for: configuration.vnis, needing: .rawNetwork, "to send ARP packets")
  }

  /// Makes the effector, on the thread it will run on.
  public func makeEffector(
    _ options: PluginOptionValues, context: EffectorContext
  ) throws -> any Effector {
    GratuitousARPEffector(settings(options), context)
  }

  /// What the options come to.
  func settings(_ options: PluginOptionValues) -> GratuitousARPEffector.Settings {
    GratuitousARPEffector.Settings(
      pattern: options[interface],
      operations: AnnouncementOperations(name: options[operation]) ?? .both,
      schedule: AnnouncementSchedule.Settings(
        count: options[count], spacing: options[spacing], interval: options[interval]),
      rate: options[rate])
  }
}

/// Which kinds of ARP packets an announcement consists of.
enum AnnouncementOperations: String {
  case both
  case request
  case reply

  init?(name: String) { self.init(rawValue: name) }

  var list: [ARPFrame.Operation] {
    switch self {
    case .both: [.request, .reply]
    case .request: [.request]
    case .reply: [.reply]
    }
  }
}
