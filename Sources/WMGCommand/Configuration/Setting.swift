import TOMLReader

/// What can be set: an option of the daemon or of a plugin, with the name that each source has for it.
struct SettingName: Hashable {
  /// The plugin whose option it is; `nil` for the daemon's own.
  var plugin: String?
  /// The option's name, without dashes before it.
  var option: String

  /// `vnis`, `garp.interval`: its key in a file.
  var key: String { plugin.map { "\($0).\(option)" } ?? option }

  /// `--vnis`, `--set garp.interval`: as complaints name it.
  var flag: String { plugin == nil ? "--\(option)" : "--set \(key)" }

  /// `WMGWD2_VNIS`, `WMGWD2_GARP_INTERVAL`.
  var variable: String {
    let name = key.map { $0 == "-" || $0 == "." ? "_" : String($0).uppercased() }
    return Self.variablePrefix + name.joined()
  }

  /// What the names of all our environment variables begin with.
  static let variablePrefix = "WMGWD2_"

  /// Whether setting the one leaves no room for the other.
  func excludes(_ other: SettingName) -> Bool {
    let bounds = ["minvni", "maxvni"]
    guard plugin == nil, other.plugin == nil else { return false }
    return (option == "vnis" && bounds.contains(other.option))
      || (other.option == "vnis" && bounds.contains(option))
  }
}

/// Where a value comes from.
enum SettingOrigin: Hashable {
  /// The command line.
  case flag
  /// The environment.
  case environment
  /// A configuration file, and where its key is there.
  case file(String, TOMLPosition)
  /// Nobody has set it.
  case standard
}

/// One value, as text, and where it comes from.
struct Setting: Hashable {
  var name: SettingName
  /// More or less than one where an option may be repeated.
  var texts: [String]
  var origin: SettingOrigin

  /// Where it is set, as an operator would look for it.
  var place: String {
    switch origin {
    case .flag: name.flag
    case .environment: name.variable
    case .file(let path, let position): "\(path):\(position)"
    case .standard: "default"
    }
  }

  /// What it is called where it is set.
  var nameThere: String {
    switch origin {
    case .flag, .standard: name.flag
    case .environment: name.variable
    case .file: name.key
    }
  }
}
