import CGuard
public import Glibc
public import LinuxNetworking
public import WMGFramework

/// What a guard is told, as it is told: one block of bytes, in a file in memory that nobody can change any more.
public struct GuardPlan: Hashable, Sendable {
  /// Which interfaces.
  public var interfaces: GuardedInterfaces
  /// The gateway's process.
  public var gateway: Int32
  /// How long without a tick means that the gateway is dead.
  public var detectionTime: Duration
  /// How long after that the guard acts.
  public var margin: Duration
  /// How long after the end of the gateway's process it acts, if that is earlier.
  public var delay: Duration?
  /// How its log lines look.
  public var logFormat = LogFormat.logfmt

  /// A plan.
  public init(
    _ interfaces: GuardedInterfaces, gateway: Int32 = getpid(), detectionTime: Duration, margin: Duration,
    delay: Duration? = nil
  ) {
    self.interfaces = interfaces
    self.gateway = gateway
    self.detectionTime = detectionTime
    self.margin = margin
    self.delay = delay
  }

  /// The plan of a gateway.
  public init(_ interfaces: GuardedInterfaces, _ configuration: GatewayConfiguration, delay: Duration? = nil)
  {
    self.init(
      interfaces, detectionTime: configuration.detectionTime, margin: GuardChoice.margin(for: configuration),
      delay: delay)
  }

  /// The block: header, groups, ranges.
  public var bytes: [UInt8] {
    var header = wmg_guard_plan_header()
    Self.put(WMG_GUARD_MAGIC, into: &header.magic)
    header.version = UInt32(WMG_GUARD_VERSION)
    header.gateway = gateway
    header.detection_ns = detectionTime.nanoseconds
    header.margin_ns = margin.nanoseconds
    header.delay_ns = delay?.nanoseconds ?? -1
    header.utc_offset = Self.utcOffset
    header.log_style = logFormat.guardStyle.rawValue
    var groups: [wmg_guard_group] = []
    var ranges: [wmg_guard_range] = []
    for group in interfaces.groups
    where [group.prefix, group.suffix, group.kind].allSatisfy({ $0.utf8.count < Int(WMG_GUARD_NAME_SIZE) }) {
      var made = wmg_guard_group()
      Self.put(group.prefix, into: &made.prefix)
      Self.put(group.suffix, into: &made.suffix)
      Self.put(group.kind, into: &made.kind)
      made.first_range = UInt32(ranges.count)
      made.range_count = UInt32(group.vnis.ranges.count)
      groups.append(made)
      ranges += group.vnis.ranges.map {
        wmg_guard_range(low: $0.lowerBound.rawValue, high: $0.upperBound.rawValue)
      }
    }
    header.group_count = UInt32(groups.count)
    header.range_count = UInt32(ranges.count)
    return withUnsafeBytes(of: header, Array.init) + groups.withUnsafeBytes(Array.init)
      + ranges.withUnsafeBytes(Array.init)
  }

  /// The file in memory.
  ///
  /// - Throws: `SystemCallError`.
  public func sealed() throws(SystemCallError) -> SocketDescriptor {
    let bytes = bytes
    return try SocketDescriptor(wmg_guard_seal(bytes, UInt64(bytes.count)), "make a file in memory")
  }

  private static func put<Text>(_ text: String, into field: inout Text) {
    withUnsafeMutableBytes(of: &field) { bytes in
      for (place, byte) in zip(bytes.indices, text.utf8) { bytes[place] = byte }
    }
  }

  private static var utcOffset: Int32 {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    return Int32(parts.tm_gmtoff)
  }
}

extension LogFormat {
  fileprivate var guardStyle: wmg_guard_log_style {
    switch self {
    case .logfmt: wmg_guard_log_logfmt
    case .terminal(isColoured: true): wmg_guard_log_colour
    case .terminal(isColoured: false): wmg_guard_log_terminal
    }
  }
}
