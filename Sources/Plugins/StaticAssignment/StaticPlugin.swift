public import WMGFramework

/// `--strategy static`: owners by a table.
public struct StaticPlugin: StrategyPlugin {
  /// VNIs and their owners.
  public let table = PluginOption(
    "table", default: "", limits: "entries such as 1-100=11,12 with semicolons between them",
    help: "VNIs and the uids that shall own them, the first alive does: 1-100=11,12;200=13"
  ) { text in
    do throws(OwnerTableError) {
      _ = try OwnerTable(parsing: text)
      return nil
    } catch {
      return error.description
    }
  }

  /// A description; nothing is set up yet.
  public init() {}

  /// `static`.
  public var name: String { "static" }
  /// One line: what it does.
  public var summary: String {
    "a table of VNIs and their owners, the first alive owns; by hash where it says nothing"
  }
  /// What can be set.
  public var options: [any AnyPluginOption] { [table] }

  /// A common ranking per VNI; as even as the table is.
  public var promises: StrategyPromises {
    StrategyPromises(
      disruption: .minimal, hasCommonRanking: true, cost: "2 ns · K · N",
      memory: "8 B · K, the owners' scores, and the table")
  }

  /// The table in its shortest form.
  public func agreement(_ options: PluginOptionValues) -> String {
    let text = options[table]
    return "table=\((try? OwnerTable(parsing: text))?.text ?? text)"
  }

  /// Makes the strategy.
  ///
  /// - Throws: `OwnerTableError`; a table that was decoded as an option has no such error.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) throws -> any AssignmentStrategy {
    StaticStrategy(try OwnerTable(parsing: options[table]))
  }
}
