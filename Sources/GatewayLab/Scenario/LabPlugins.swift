/// What the gateways of a lab are told of plugins: the same to all.
public struct LabPlugins: Hashable, Sendable {
  /// The strategy's name.
  public var strategy: String
  /// Further arguments of theirs: the libraries that bring plugins, and plugins' options.
  public var further: [String]

  /// The default strategy without further options, unless told otherwise.
  public init(strategy: String = "rendezvous", further: [String] = []) {
    self.strategy = strategy
    self.further = further
  }

  /// The daemons' arguments.
  var arguments: [String] { further + ["--strategy", strategy] }
}
