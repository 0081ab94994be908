/// What every plugin is, whatever it does. A plugin is a description and a factory: making one has no side effects.
///
/// Its life: register → decode options → `validate` (may look at the system, changes nothing) → make and start → run →
/// stop. Stop is called even when start failed.
public protocol Plugin: Sendable {
  /// The name on the command line: lower case, dashes, unique among all plugins.
  var name: String { get }
  /// One line: what it does.
  var summary: String { get }
  /// The options it takes, `--set name.option=value`.
  var options: [any AnyPluginOption] { get }
  /// What `wmgwd2 plugins --describe` prints beyond the options: paragraphs, without a newline at the end.
  var details: String { get }
  /// Where it comes from.
  var origin: PluginOrigin { get }
  /// The host's groups whose files and sockets it works with. A gateway that stays root gives up root's way past all
  /// permissions, and joins these; to put another user into them is the administrator's.
  var groups: [String] { get }
}

extension Plugin {
  /// No options.
  public var options: [any AnyPluginOption] { [] }
  /// Nothing beyond the options.
  public var details: String { "" }
  /// Compiled in.
  public var origin: PluginOrigin { .program }
  /// None.
  public var groups: [String] { [] }
}

/// What kind of work a plugin does.
public enum PluginKind: String, Hashable, Sendable, CaseIterable {
  /// Finds peers: `Discovery`.
  case discovery
  /// Decides who owns what: `AssignmentStrategy`.
  case strategy
  /// Makes it so: `Effector`.
  case effector
}

/// A plugin that finds peers.
public protocol DiscoveryPlugin: Plugin {
  /// Looks whether it could work here, and changes nothing.
  ///
  /// - Throws: an error whose description is one line with the option and the fix; `PluginError.unusable` has an exit
  ///   code with it.
  func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws

  /// Makes the discovery, on the thread that it will run on.
  func makeDiscovery(_ options: PluginOptionValues, context: DiscoveryContext) throws -> any Discovery
}

extension DiscoveryPlugin {
  /// Nothing to look at.
  public func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {}
}

/// A plugin that decides who owns what.
public protocol StrategyPlugin: Plugin {
  /// Makes the strategy.
  ///
  /// - Throws: an error whose description is one line with the option and the fix.
  func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) throws -> any AssignmentStrategy

  /// What its strategy promises with all options at their defaults; shown by `wmgwd2 plugins --describe`.
  var promises: StrategyPromises { get }

  /// What its strategy promises with these options; by default the same as with any.
  func promises(_ options: PluginOptionValues) -> StrategyPromises

  /// What gateways must have set alike to agree, as a canonical text: equal texts exactly where the strategies decide
  /// alike. All options by default; a plugin leaves out what does not matter, such as where a library lies.
  func agreement(_ options: PluginOptionValues) -> String
}

extension StrategyPlugin {
  /// Nothing is promised.
  public var promises: StrategyPromises { StrategyPromises() }

  /// `promises`.
  public func promises(_ options: PluginOptionValues) -> StrategyPromises { promises }

  /// All options with their values, in the order of their names.
  public func agreement(_ options: PluginOptionValues) -> String {
    self.options.map { "\($0.name)=\($0.text(in: options))" }.sorted().joined(separator: ";")
  }

  /// What this gateway and all its peers must have alike to agree on owners.
  public func fingerprint(_ options: PluginOptionValues, for vnis: VNISet) -> StrategyFingerprint {
    StrategyFingerprint(strategy: name, parameters: agreement(options), vnis: vnis)
  }
}

/// A plugin that makes ownership so.
public protocol EffectorPlugin: Plugin {
  /// Whether it tells the overlay's clients of a takeover, as gratuitous ARP does. A chain without one is warned of.
  var announcesTakeovers: Bool { get }

  /// Where in a chain it belongs; `nil`: anywhere. A chain in another order is warned of (`ChainDisorder`).
  var chainPlace: ChainPlace? { get }

  /// Looks whether it could work here, and changes nothing.
  ///
  /// - Throws: as `DiscoveryPlugin.validate`.
  func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws

  /// Makes the effector, on the thread that it will run on.
  func makeEffector(_ options: PluginOptionValues, context: EffectorContext) throws -> any Effector

  /// How long a VNI should be held on a planned handover after its new owner has been told, from what these options
  /// and this host's interfaces are like; asked once at start, when the operator has not said. `nil`: no opinion.
  func handoverOverlap(_ options: PluginOptionValues, for vnis: VNISet) -> Duration?

  /// How long `Effector.stop` may take: the gateway's process goes on that long for it, 30 s at most, and then ends
  /// without it.
  func stopPatience(_ options: PluginOptionValues) -> Duration

  /// The interfaces that must not carry these VNIs any more once peers have taken over from a gateway that died: a
  /// guard sets protodown on them. Only effectors that make interfaces active have any.
  func guardedInterfaces(_ options: PluginOptionValues, for vnis: VNISet) -> GuardedInterfaces

  /// What `wmgwd2 check` should say of this host, without changing anything.
  func inspect(_ options: PluginOptionValues, for vnis: VNISet) throws -> [Finding]
}

extension EffectorPlugin {
  /// Most effectors announce nothing.
  public var announcesTakeovers: Bool { false }
  /// After what makes interfaces active, if it announces.
  public var chainPlace: ChainPlace? { announcesTakeovers ? .announcement : nil }
  /// Nothing to look at.
  public func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {}
  /// No opinion.
  public func handoverOverlap(_ options: PluginOptionValues, for vnis: VNISet) -> Duration? { nil }
  /// A second: most effectors have closed everything at once.
  public func stopPatience(_ options: PluginOptionValues) -> Duration { .seconds(1) }
  /// None.
  public func guardedInterfaces(_ options: PluginOptionValues, for vnis: VNISet) -> GuardedInterfaces {
    GuardedInterfaces()
  }
  /// Nothing to say.
  public func inspect(_ options: PluginOptionValues, for vnis: VNISet) throws -> [Finding] { [] }
}

/// A plugin that brings a subcommand of its own, called as the plugin is: `wmgwd2 NAME ARGUMENTS…`.
public protocol CommandPlugin: Plugin {
  /// What it does, in a few words: a line of the daemon's help, "print what FRR would be told".
  var commandSummary: String { get }

  /// Runs the command; what it has to say goes to standard output.
  ///
  /// - Parameter arguments: what follows the name; long options have two dashes, whatever they were written with.
  /// - Returns: the exit code.
  /// - Throws: an error whose description is one line; `PluginError.unusable` has an exit code with it (64 for bad
  ///   arguments).
  func runCommand(_ arguments: [String]) throws -> Int32
}

/// One thing that `wmgwd2 check` found.
public struct Finding: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
    /// As it should be.
    case ok
    /// It works, and something about it will hurt one day.
    case warning
    /// It does not work.
    case error

    /// From `ok` to `error`.
    public static func < (lhs: Severity, rhs: Severity) -> Bool {
      allCases.firstIndex(of: lhs) ?? 0 < allCases.firstIndex(of: rhs) ?? 0
    }
  }

  /// How bad it is.
  public var severity: Severity
  /// The VNI it is about, or `nil` for the host.
  public var vni: VNI?
  /// What it is about: an interface, a sysctl.
  public var subject: String
  /// What is so.
  public var message: String
  /// The command or setting that mends it, or `nil`.
  public var fix: String?

  /// One finding.
  public init(
    _ severity: Severity, vni: VNI? = nil, subject: String, message: String, fix: String? = nil
  ) {
    self.severity = severity
    self.vni = vni
    self.subject = subject
    self.message = message
    self.fix = fix
  }
}
