import ArgumentParser
import FoundationEssentials

/// The options of a command, as its help has them.
///
/// The command line is the one place where options are declared; what a file and the environment may set, and what is
/// written into a default file, is read from there.
struct CommandOptions {
  /// One option that takes a value.
  struct Option {
    /// Without dashes.
    var name: String
    /// What the help says.
    var help: String
    /// The value that the help shows as the default.
    var standard: String?
    /// The heading it is under.
    var section: String
    /// Whether it may be given more than once.
    var isRepeating: Bool
  }

  /// In the order of the help.
  let options: [Option]

  init(of command: (some ParsableCommand).Type) {
    let tool = try? JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8))
    options = (tool?.command.arguments ?? []).compactMap { argument in
      guard argument.kind == "option", let name = argument.preferredName?.name else { return nil }
      return Option(
        name: name, help: argument.abstract ?? "", standard: argument.defaultValue,
        section: argument.sectionTitle ?? "", isRepeating: argument.isRepeating)
    }
  }

  private init(_ options: [Option]) { self.options = options }

  /// The options that can be set elsewhere too: all of the daemon's but those that say where to look.
  static var settable: CommandOptions {
    CommandOptions(CommandOptions(of: Daemon.self).options.filter { !["set", "config"].contains($0.name) })
  }

  subscript(name: String) -> Option? { options.first { $0.name == name } }

  private struct Dump: Decodable {
    struct Command: Decodable { var arguments: [Argument]? }
    struct Name: Decodable { var name: String }
    struct Argument: Decodable {
      var kind: String
      var preferredName: Name?
      var abstract: String?
      var defaultValue: String?
      var sectionTitle: String?
      var isRepeating: Bool
    }
    var command: Command
  }
}
