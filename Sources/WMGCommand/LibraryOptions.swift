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
