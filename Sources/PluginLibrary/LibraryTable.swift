import CWMGPlugin

/// A structure of wmgwd2_plugin.h that grows at its end, and says at its beginning how long it is.
protocol LibraryTable {
  /// What C calls it.
  static var tableName: String { get }
  /// Its size in the first ABI 1, in bytes: what is shorter is refused.
  static var firstSize: Int { get }
}

extension wmgwd2_library: LibraryTable {
  static var tableName: String { "wmgwd2_library" }
  static var firstSize: Int { Int(WMGWD2_LIBRARY_SIZE_1) }
}

extension wmgwd2_plugin: LibraryTable {
  static var tableName: String { "wmgwd2_plugin" }
  static var firstSize: Int { Int(WMGWD2_PLUGIN_SIZE_1) }
}

extension wmgwd2_option: LibraryTable {
  static var tableName: String { "wmgwd2_option" }
  static var firstSize: Int { Int(WMGWD2_OPTION_SIZE_1) }
}

extension wmgwd2_advertisement: LibraryTable {
  static var tableName: String { "wmgwd2_advertisement" }
  static var firstSize: Int { Int(WMGWD2_ADVERTISEMENT_SIZE_1) }
}

extension wmgwd2_strategy: LibraryTable {
  static var tableName: String { "wmgwd2_strategy" }
  static var firstSize: Int { Int(WMGWD2_STRATEGY_SIZE_1) }
}

extension wmgwd2_effector: LibraryTable {
  static var tableName: String { "wmgwd2_effector" }
  static var firstSize: Int { Int(WMGWD2_EFFECTOR_SIZE_1) }
}

extension wmgwd2_discovery: LibraryTable {
  static var tableName: String { "wmgwd2_discovery" }
  static var firstSize: Int { Int(WMGWD2_DISCOVERY_SIZE_1) }
}

/// What is wrong with a table that is shorter than the first ABI 1 has it.
func shortTable<Table: LibraryTable>(_ table: Table.Type, _ size: Int) -> String {
  "its \(Table.tableName) has \(size) bytes, and ABI \(WMGWD2_PLUGIN_ABI) has \(Table.firstSize); "
    + "set .size = sizeof(\(Table.tableName))"
}

/// A table of a library as this program knows it, see `copyTable`.
///
/// - Throws: `InvalidPlugin`, when the table is shorter than the first ABI 1 has it.
func table<Table: LibraryTable>(_ pointer: UnsafePointer<Table>) throws(InvalidPlugin) -> Table {
  let start = UnsafeRawPointer(pointer)
  let declared = Int(start.loadUnaligned(as: UInt32.self))
  guard declared >= Table.firstSize else { throw InvalidPlugin(shortTable(Table.self, declared)) }
  return copyTable(start, declared, as: Table.self)
}

/// A table of so many bytes: what an older header has less is zero, what a newer one has more is left out.
func copyTable<Table: LibraryTable>(_ start: UnsafeRawPointer, _ size: Int, as _: Table.Type) -> Table {
  withUnsafeTemporaryAllocation(
    byteCount: MemoryLayout<Table>.size, alignment: MemoryLayout<Table>.alignment
  ) { room in
    room.initializeMemory(as: UInt8.self, repeating: 0)
    room.copyMemory(from: UnsafeRawBufferPointer(start: start, count: min(size, room.count)))
    return room.load(as: Table.self)
  }
}

/// Why a plugin of a library cannot be taken.
struct InvalidPlugin: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
