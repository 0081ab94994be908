import WMGFramework

/// What the things of a new plugin are called.
struct NewPluginNames {
  /// The type, the module and the package: `MyStrategy`.
  let type: String
  /// On the command line: `my-strategy`.
  let plugin: String
  /// The executable: `my-strategy-gateway`.
  var daemon: String { plugin.hasSuffix("-gateway") ? "\(plugin)-daemon" : "\(plugin)-gateway" }

  /// - Throws: `UsageError`, when no Swift type can be called so.
  init(_ type: String) throws(UsageError) {
    let isName =
      type.first.map { $0.isASCII && $0.isUppercase } == true
      && type.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard isName, type.count <= 60 else {
      throw UsageError(
        "plugin new '\(type)': must be the name of a Swift type: a capital, then letters and digits, at most 60, such"
          + " as MyStrategy")
    }
    guard !Self.taken.contains(type) else {
      throw UsageError("plugin new \(type): a part of the framework is called so; take another name")
    }
    self.type = type
    plugin = Self.dashed(type)
  }

  /// Names that would hide what the generated code needs.
  private static let taken: Set<String> = [
    "Strategy", "Effector", "Discovery", "Plugin", "Main", "Swift", "Testing", "Glibc", "Foundation",
    "Logging",
    "WMGFramework", "WMGCommand", "WMGRuntime", "LinuxNetworking", "UDPBroadcast", "RendezvousHashing",
    "MacvlanProtodown", "GratuitousARP", "LogEffector", "FRRHook", "ExecEffector", "GatewayLab",
    "AssignmentStrategy",
    "ScoringStrategy", "String", "Int", "Bool", "Duration",
  ]

  /// `MyHTTPStrategy2` → `my-http-strategy2`
  private static func dashed(_ type: String) -> String {
    let characters = Array(type)
    var name = ""
    for (index, character) in characters.enumerated() {
      let follows = index > 0 && !characters[index - 1].isUppercase
      let begins = index > 0 && index + 1 < characters.count && characters[index + 1].isLowercase
      if character.isUppercase, follows || begins { name += "-" }
      name += character.lowercased()
    }
    return name
  }
}
