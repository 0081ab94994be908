import ArgumentParser

/// The option that names shared libraries with plugins.
struct LibraryOptions: ParsableArguments {
  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp(
      "A shared library with plugins to choose from; repeatable. Taken as given, never searched for.",
      valueName: "path"))
  var paths: [String] = []
}

extension LibraryOptions {
  /// The libraries named in arguments that have not been parsed yet: what they offer can only be parsed once they are
  /// loaded. A missing value is the parser's to complain about.
  static func paths(in arguments: [String]) -> [String] {
    var paths: [String] = []
    var words = DashStyle.normalized(arguments).prefix { $0 != "--" }[...]
    while let word = words.popFirst() {
      if word == "--plugin" {
        if let path = words.popFirst() { paths.append(path) }
      } else if word.hasPrefix("--plugin=") {
        paths.append(String(word.dropFirst("--plugin=".count)))
      }
    }
    return paths
  }
}
