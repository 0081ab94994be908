/// A value that an option can have: something that can be read from `--set plugin.option=TEXT` and written back.
public protocol PluginOptionValue: Sendable, Equatable {
  /// What the value is called in help: `duration`, `address`.
  static var optionTypeName: String { get }
  /// Reads a value; `nil` if the text is none.
  init?(optionText: String)
  /// The value as one would write it.
  var optionText: String { get }
  /// Which part of a text that is no value is wrong, `'12=x'`; `nil` where the whole is.
  static func fault(in text: String) -> String?
}

extension PluginOptionValue {
  /// The whole is.
  public static func fault(in text: String) -> String? { nil }
}

/// One option of a plugin: its name, type, default, unit and limits.
///
/// A plugin keeps its options as properties and reads them back by type:
///
///     let interval = PluginOption("interval", default: Duration.seconds(60), help: "time between refreshes")
///     …
///     let interval = values[self.interval]      // a Duration
public struct PluginOption<Value: PluginOptionValue>: Sendable {
  /// Lower case with dashes; unique within the plugin.
  public let name: String
  /// What is used when the option is not set.
  public let defaultValue: Value
  /// The unit of a bare number, `packets/s`; `nil` where the type says it.
  public let unit: String?
  /// One line: what it does.
  public let help: String
  /// Whether a change takes effect while the gateway runs (`Effector.reconfigure`); otherwise it takes a restart. A
  /// strategy is made anew, so all of its options are live.
  public let isLive: Bool
  let limits: String?
  let complaint: @Sendable (Value) -> String?

  /// An option without limits beyond its type's.
  public init(
    _ name: String, default defaultValue: Value, unit: String? = nil, live: Bool = false, help: String
  ) {
    self.init(name, default: defaultValue, unit: unit, limits: nil, live: live, help: help) { _ in nil }
  }

  /// An option with a rule of its own: `complaint` returns what is wrong with a value, or `nil`.
  public init(
    _ name: String, default defaultValue: Value, unit: String? = nil, limits: String?, live: Bool = false,
    help: String,
    complaint: @escaping @Sendable (Value) -> String?
  ) {
    self.name = name
    self.defaultValue = defaultValue
    self.unit = unit
    isLive = live
    self.limits = limits
    self.help = help
    self.complaint = complaint
  }
}

extension PluginOption where Value: Comparable {
  /// An option whose value must lie in `range`.
  public init(
    _ name: String, default defaultValue: Value, in range: ClosedRange<Value>, unit: String? = nil,
    live: Bool = false, help: String
  ) {
    let limits = "\(range.lowerBound.optionText) to \(range.upperBound.optionText)"
    self.init(name, default: defaultValue, unit: unit, limits: limits, live: live, help: help) { value in
      range.contains(value) ? nil : "must be \(limits)"
    }
  }
}

/// An option without its type, for listing and decoding; `PluginOption` is the only kind.
public protocol AnyPluginOption: Sendable {
  /// The option's name.
  var name: String { get }
  /// The type's name, with the unit where there is one.
  var typeDescription: String { get }
  /// The default as one would write it.
  var defaultText: String { get }
  /// The values allowed, or `nil` where the type says it all.
  var limitsText: String? { get }
  /// The unit of a bare number.
  var unit: String? { get }
  /// One line: what it does.
  var help: String { get }
  /// Whether a change takes effect while the gateway runs.
  var isLive: Bool { get }
  /// Reads a value and checks it; the error says what is wrong with it.
  func decode(_ text: String) -> Result<any Sendable, PluginOptionComplaint>
  /// The option's value as one would write it: as set, or its default.
  func text(in values: PluginOptionValues) -> String
}

/// What is wrong with the text of an option's value.
public struct PluginOptionComplaint: Error, Hashable, Sendable {
  /// Completes "option … ": `must be 1 to 10`.
  public let text: String
}

extension PluginOption: AnyPluginOption {
  /// The type's name, with the unit where there is one.
  public var typeDescription: String {
    unit.map { "\(Value.optionTypeName), \($0)" } ?? Value.optionTypeName
  }
  /// The default as one would write it.
  public var defaultText: String { defaultValue.optionText }
  /// The values allowed, or `nil` where the type says it all.
  public var limitsText: String? { limits }

  /// Reads a value and checks it.
  public func decode(_ text: String) -> Result<any Sendable, PluginOptionComplaint> {
    guard let value = Value(optionText: text) else {
      let allowed = limits.map { ": \($0)" } ?? ""
      let reason = Value.fault(in: text).map { "; \($0)" } ?? ""
      return .failure(
        PluginOptionComplaint(text: "takes \(typeDescription)\(allowed), not '\(text)'\(reason)"))
    }
    if let complaint = complaint(value) {
      return .failure(PluginOptionComplaint(text: "\(complaint), not '\(text)'"))
    }
    return .success(value)
  }

  /// The option's value as one would write it.
  public func text(in values: PluginOptionValues) -> String { values[self].optionText }
}
