import Glibc
import LinuxNetworking
import TOMLReader
import WMGFramework

/// A configuration file: TOML, the same keys as the options, a table per plugin.
struct ConfigurationFile {
  /// Read when no other is named, if it is there.
  static let standardPath = "/etc/wmgwd2/wmgwd2.toml"

  /// As it was named.
  let path: String
  private let table: TOMLTable

  /// Reads a file.
  ///
  /// - Throws: `UsageError`: it cannot be read, everybody may write to it, or it is not TOML.
  init(_ path: String) throws(UsageError) {
    try self.init(path, bytes: try Self.read(path))
  }

  /// A file that has been read.
  ///
  /// - Throws: `UsageError`: it is not TOML.
  init(_ path: String, bytes: [UInt8]) throws(UsageError) {
    self.path = path
    do {
      table = try TOMLReader.table(parsing: bytes)
    } catch {
      throw UsageError("\(path):\(error)", exitCode: UsageError.configuration)
    }
  }

  /// What it sets.
  ///
  /// - Throws: `UsageError` with the place of the first key that there is not.
  func settings(options: CommandOptions, registry: PluginRegistry) throws(UsageError) -> [Setting] {
    var settings: [Setting] = []
    for entry in table.entries {
      if case .table(let table) = entry.value.content {
        settings += try pluginSettings(entry, table, options, registry)
      } else {
        guard let option = options[entry.key] else { throw unknownKey(entry, options, registry) }
        let texts = paths(try texts(entry, entry.key), of: entry.key)
        guard !texts.isEmpty || option.name == "plugin" else {
          throw complaint(entry, "\(entry.key): an empty list; leave the key out for the default")
        }
        settings.append(
          setting(
            SettingName(option: option.name), option.isRepeating ? texts : [texts.joined(separator: ",")],
            entry))
      }
    }
    return settings
  }

  /// One key of the top, whatever else there is.
  func setting(of name: SettingName) -> Setting? {
    guard let entry = table[name.key], let texts = try? texts(entry, name.key) else { return nil }
    return setting(name, paths(texts, of: name.key), entry)
  }

  /// Libraries are looked for from where the file is: it is the same file whichever folder a daemon is started in.
  private func paths(_ texts: [String], of key: String) -> [String] {
    guard key == "plugin", let slash = path.lastIndex(of: "/") else { return texts }
    return texts.map { text in
      guard !text.isEmpty, !text.hasPrefix("/") else { return text }
      return String(path[...slash]) + (text.hasPrefix("./") ? String(text.dropFirst(2)) : text)
    }
  }

  private func pluginSettings(
    _ header: TOMLTable.Entry, _ table: TOMLTable, _ options: CommandOptions, _ registry: PluginRegistry
  ) throws(UsageError) -> [Setting] {
    guard let plugin = registry.plugins.first(where: { $0.name == header.key }) else {
      guard options[header.key] == nil else {
        throw complaint(header, "\(header.key) takes a value, not a table")
      }
      let known = registry.plugins.map(\.name)
      throw complaint(
        header,
        "[\(header.key)]: no such plugin\(hint(header.key, known)); there are: \(known.joined(separator: ", "))"
      )
    }
    var settings: [Setting] = []
    for entry in table.entries {
      let name = SettingName(plugin: plugin.name, option: entry.key)
      let known = plugin.options.map(\.name)
      guard known.contains(entry.key) else { throw unknownOption(entry, plugin.name, known, options) }
      settings.append(setting(name, [try texts(entry, name.key).joined(separator: ",")], entry))
    }
    return settings
  }

  private func setting(_ name: SettingName, _ texts: [String], _ entry: TOMLTable.Entry) -> Setting {
    Setting(name: name, texts: texts, origin: .file(path, entry.position))
  }

  // MARK: Values

  /// A value as one would give it to a flag.
  private func texts(_ entry: TOMLTable.Entry, _ key: String) throws(UsageError) -> [String] {
    var values = [entry.value]
    if case .array(let list) = entry.value.content { values = list }
    var texts: [String] = []
    for value in values {
      switch value.content {
      case .string(let text), .float(let text): texts.append(text)
      case .integer(let number): texts.append("\(number)")
      case .boolean(let flag): texts.append(flag ? "true" : "false")
      case .dateTime, .array, .table:
        throw complaint(
          value.position, "\(key) takes a text, a number, true or false, or a list of these")
      }
    }
    guard !texts.contains(where: { $0.utf8.contains(0) }) else {
      throw complaint(entry.value.position, "\(key) cannot have a NUL character")
    }
    return texts
  }

  // MARK: Complaints

  private func unknownKey(
    _ entry: TOMLTable.Entry, _ options: CommandOptions, _ registry: PluginRegistry
  ) -> UsageError {
    let key = entry.key
    if key == "set" || registry.plugins.contains(where: { $0.name == key }) {
      return complaint(
        entry,
        "\(key): a plugin's options go into a table of its own, such as [garp] and below it interval = \"60s\""
      )
    }
    let known = options.options.map(\.name)
    return complaint(
      entry, "\(key): no such key\(hint(key, known)); there are: \(known.joined(separator: ", "))")
  }

  private func unknownOption(
    _ entry: TOMLTable.Entry, _ plugin: String, _ known: [String], _ options: CommandOptions
  ) -> UsageError {
    let key = "\(plugin).\(entry.key)"
    guard options[entry.key] == nil else {
      return complaint(
        entry, "\(key): '\(entry.key)' is not the plugin's; move it to the top, above the first [table]")
    }
    return complaint(
      entry,
      known.isEmpty
        ? "\(key): '\(plugin)' takes no options"
        : "\(key): no such option\(hint(entry.key, known)); '\(plugin)' takes: \(known.joined(separator: ", "))"
    )
  }

  private func hint(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, among: known).map { " (did you mean '\($0)'?)" } ?? ""
  }

  private func complaint(_ entry: TOMLTable.Entry, _ text: String) -> UsageError {
    complaint(entry.position, text)
  }

  private func complaint(_ position: TOMLPosition, _ text: String) -> UsageError {
    UsageError("\(path):\(position): \(text)", exitCode: UsageError.configuration)
  }

  // MARK: Reading

  // More than a table of all VNIs would need, and little enough to be held.
  private static let longest = 1 << 20

  private static func read(_ path: String) throws(UsageError) -> [UInt8] {
    func refusal(_ reason: String, exitCode: Int32 = UsageError.configuration) -> UsageError {
      UsageError("--config \(path): \(reason)", exitCode: exitCode)
    }
    func unreadable() -> UsageError {
      let fix = errno == EACCES ? "; let the user that the daemon runs as (\(geteuid())) read it" : ""
      return refusal("cannot be read: \(SystemCallError.text(of: errno))\(fix)", exitCode: UsageError.noInput)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable() }
    // What a pipe says once it does not say again, and an empty file is a valid one.
    guard ![S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT) else {
      throw refusal("is a pipe; give a file, which can be read again")
    }
    // A setting may name a program or a library that is then run.
    if status.st_mode & S_IFMT == S_IFREG, status.st_mode & S_IWOTH != 0 {
      throw refusal("everybody may write to it; 'chmod o-w' it")
    }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = Glibc.read(descriptor, &part, part.count)
      guard count >= 0 else { throw unreadable() }
      if count == 0 { return bytes }
      bytes += part[..<count]
      guard bytes.count <= longest else { throw refusal("it is longer than 1 MiB") }
    }
  }
}
