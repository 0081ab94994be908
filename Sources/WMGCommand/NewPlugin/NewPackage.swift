import Glibc
import LinuxNetworking
import WMGFramework

/// A package with one plugin, its test and a daemon, before it is written.
struct NewPackage {
  /// How the new package depends on the framework.
  enum Framework {
    case url(String)
    case checkout(String)

    /// What the manifest calls it: of a repository, the last part of its URL.
    var package: String {
      guard case .url(let url) = self, let last = url.split(separator: "/").last else { return "wmgwd2" }
      return String(last.hasSuffix(".git") ? last.dropLast(".git".count) : last)
    }

    /// - Throws: `UsageError`, when there is no package at a path.
    init(_ text: String?) throws(UsageError) {
      guard let text else {
        throw UsageError(
          "plugin new: say where the framework is: --framework with the path of a checkout, or the URL of its repository"
        )
      }
      guard !text.contains("://") else {
        guard !text.contains(where: { $0 == "\"" || $0 == "\\" || $0.isWhitespace }) else {
          throw UsageError("--framework \(text): not a URL")
        }
        self = .url(text)
        return
      }
      guard let real = realpath(text, nil) else {
        throw UsageError("--framework \(text): \(SystemCallError.text(of: errno))", exitCode: 66)
      }
      defer { free(real) }
      let path = String(cString: real)
      guard access("\(path)/Sources/WMGFramework", R_OK) == 0, access("\(path)/Package.swift", R_OK) == 0
      else {
        throw UsageError(
          "--framework \(text): no checkout of wmgwd2 (no Package.swift with WMGFramework)", exitCode: 66)
      }
      self = .checkout(path)
    }
  }

  var kind: PluginKind
  var names: NewPluginNames
  var framework: Framework

  /// Paths within the package, and what is in each file.
  var files: [(path: String, text: String)] {
    let code =
      switch kind {
      case .strategy: (StrategyTemplate.source(names), StrategyTemplate.test(names))
      case .effector: (EffectorTemplate.source(names), EffectorTemplate.test(names))
      case .discovery: (DiscoveryTemplate.source(names), DiscoveryTemplate.test(names))
      }
    return [
      ("Package.swift", PackageTemplate.manifest(names, framework)),
      ("README.md", PackageTemplate.readme(names, kind)),
      (".gitignore", ".build/\nPackage.resolved\n"),
      ("Sources/\(names.type)/\(names.type).swift", code.0),
      ("Sources/\(names.daemon)/Main.swift", PackageTemplate.main(names)),
      ("Tests/\(names.type)Tests/\(names.type)Tests.swift", code.1),
    ]
  }

  /// Makes a folder with all of it.
  ///
  /// - Throws: `UsageError`, exit code 73, when the folder is there already or cannot be made; nothing is overwritten.
  func write(to folder: String) throws(UsageError) {
    var facts = stat()
    guard lstat(folder, &facts) != 0 else {
      throw UsageError("\(folder) is there already; name another folder with --output", exitCode: 73)
    }
    for (path, text) in files {
      let parts = path.split(separator: "/").dropLast()
      for count in 0...parts.count {
        try makeFolder(([folder] + parts.prefix(count).map(String.init)).joined(separator: "/"))
      }
      try write(text, to: "\(folder)/\(path)")
    }
  }

  private func makeFolder(_ path: String) throws(UsageError) {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw UsageError("cannot make \(path): \(SystemCallError.text(of: errno))", exitCode: 73)
  }

  private func write(_ text: String, to path: String) throws(UsageError) {
    guard let file = fopen(path, "wx") else {
      throw UsageError("cannot make \(path): \(SystemCallError.text(of: errno))", exitCode: 73)
    }
    fputs(text, file)
    guard fclose(file) == 0 else {
      throw UsageError("cannot write \(path): \(SystemCallError.text(of: errno))", exitCode: 73)
    }
  }
}
