/// A table in the making: it knows how it came to be, for that decides what may still be added.
final class TOMLTableBuilder {
  /// How a table came to be.
  enum Making: Equatable {
    /// By the name of a table below it; may still get a header of its own.
    case implied
    /// By its header; complete with the next one.
    case header
    /// By dotted keys below the header of that number; complete with the next one.
    case dotted(section: Int)
  }

  private enum Content {
    case value(TOMLValue)
    case table(TOMLTableBuilder)
    case tables(Tables)
  }

  /// The tables of `[[a]]`. A class, for one more must not copy all those before it.
  private final class Tables {
    var all: [TOMLTableBuilder]

    init(_ first: TOMLTableBuilder) { all = [first] }
  }

  private var making: Making
  private let position: TOMLPosition
  private var entries: [(key: TOMLKeyPart, content: Content)] = []
  private var places: [String: Int] = [:]

  init(_ making: Making, at position: TOMLPosition) {
    self.making = making
    self.position = position
  }

  /// The table that `[a.b]` names, from the root.
  func table(headed key: [TOMLKeyPart]) throws(TOMLError) -> TOMLTableBuilder {
    let (parent, last) = try parent(headed: key)
    guard let place = parent.places[last.name] else { return parent.addTable(last, .header) }
    guard case .table(let known) = parent.entries[place].content, known.making == .implied else {
      throw parent.redefinition(of: last, at: place)
    }
    known.making = .header
    return known
  }

  /// A further table of those that `[[a.b]]` names, from the root.
  func nextTable(headed key: [TOMLKeyPart]) throws(TOMLError) -> TOMLTableBuilder {
    let (parent, last) = try parent(headed: key)
    let made = TOMLTableBuilder(.header, at: last.position)
    guard let place = parent.places[last.name] else {
      parent.add(last, .tables(Tables(made)))
      return made
    }
    guard case .tables(let known) = parent.entries[place].content else {
      throw parent.redefinition(of: last, at: place)
    }
    known.all.append(made)
    return made
  }

  /// Sets a key, which may have dots, below this table.
  func set(_ key: [TOMLKeyPart], to value: TOMLValue, section: Int) throws(TOMLError) {
    var table = self
    for part in key.dropLast() {
      guard let place = table.places[part.name] else {
        table = table.addTable(part, .dotted(section: section))
        continue
      }
      guard case .table(let known) = table.entries[place].content,
        known.making == .implied || known.making == .dotted(section: section)
      else { throw table.redefinition(of: part, at: place) }
      known.making = .dotted(section: section)
      table = known
    }
    let last = key[key.count - 1]
    if let place = table.places[last.name] { throw table.redefinition(of: last, at: place) }
    table.add(last, .value(value))
  }

  /// The table as it is now.
  var table: TOMLTable {
    TOMLTable(
      entries: entries.map { key, content in
        let value: TOMLValue =
          switch content {
          case .value(let value): value
          case .table(let table): TOMLValue(.table(table.table), at: table.position)
          case .tables(let tables):
            TOMLValue(
              .array(tables.all.map { TOMLValue(.table($0.table), at: $0.position) }), at: key.position)
          }
        return TOMLTable.Entry(key: key.name, position: key.position, value: value)
      })
  }

  private func parent(headed key: [TOMLKeyPart]) throws(TOMLError) -> (TOMLTableBuilder, TOMLKeyPart) {
    var table = self
    for part in key.dropLast() {
      guard let place = table.places[part.name] else {
        table = table.addTable(part, .implied)
        continue
      }
      switch table.entries[place].content {
      case .table(let known): table = known
      // Headers below an array of tables are about the last of them, and there is at least one.
      case .tables(let known): table = known.all[known.all.count - 1]
      case .value: throw table.redefinition(of: part, at: place)
      }
    }
    return (table, key[key.count - 1])
  }

  private func addTable(_ key: TOMLKeyPart, _ making: Making) -> TOMLTableBuilder {
    let made = TOMLTableBuilder(making, at: key.position)
    add(key, .table(made))
    return made
  }

  private func add(_ key: TOMLKeyPart, _ content: Content) {
    places[key.name] = entries.count
    entries.append((key, content))
  }

  private func redefinition(of key: TOMLKeyPart, at place: Int) -> TOMLError {
    TOMLError(
      position: key.position,
      message: "\(key.inWords) is already set in line \(entries[place].key.position.line)")
  }
}

/// One part of a key with dots.
struct TOMLKeyPart {
  let name: String
  let position: TOMLPosition

  /// The name in quotes, for a message: in one line, whatever is in it.
  var inWords: String {
    var text = "'"
    for scalar in name.unicodeScalars {
      switch scalar.value {
      case 0x0A: text += "\\n"
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "'"
  }
}
