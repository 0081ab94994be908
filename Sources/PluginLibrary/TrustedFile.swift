import Glibc
import LinuxNetworking
import WMGFramework

/// A file that nobody but root and the user of this process can have put where it is, or can replace.
///
/// Looked at is every step of the way to it, those of symbolic links too. The file and its folder must not be writable
/// by everyone; a folder further up may be, if only the owner of an entry can remove it (the sticky bit, as on /tmp).
struct TrustedFile {
  /// Absolute, without symbolic links: what was looked at, and nothing that can be turned elsewhere since.
  let path: String

  /// Looks at a file.
  ///
  /// - Throws: `PluginRefusal`.
  init(_ given: String) throws(PluginRefusal) {
    var walk = Walk(given)
    path = try walk.toTheEnd()
  }

  private struct Walk {
    let given: String
    private var remaining: [Substring]
    private var folders: [(name: Substring, facts: stat)] = []
    private var linksFollowed = 0

    init(_ given: String) {
      self.given = given
      remaining = Self.steps(of: given)
      if !given.hasPrefix("/") { remaining = Self.steps(of: Self.currentFolder) + remaining }
    }

    mutating func toTheEnd() throws(PluginRefusal) -> String {
      folders = [("", try facts(of: "/"))]
      try expectTrustedOwner(folders[0].facts, "its folder /")
      while let step = remaining.first {
        remaining.removeFirst()
        if step == ".." {
          if folders.count > 1 { folders.removeLast() }
          continue
        }
        let path = pathOfFolder == "/" ? "/\(step)" : "\(pathOfFolder)/\(step)"
        let facts = try facts(of: path)
        switch facts.st_mode & S_IFMT {
        case S_IFLNK:
          try expectTrustedOwner(facts, path)
          try expectSafeFolder(forOneThatCanBeReplaced: true)
          try follow(path)
        case S_IFDIR:
          try expectTrustedOwner(facts, "its folder \(path)")
          try expectSafeFolder(forOneThatCanBeReplaced: false)
          folders.append((step, facts))
        default:
          guard facts.st_mode & S_IFMT == S_IFREG, remaining.isEmpty else { throw refusal("is not a file") }
          try expectSafeFolder(forOneThatCanBeReplaced: true)
          try expectTrustedFile(facts, path)
          return path
        }
      }
      throw refusal("is a folder; name the library itself")
    }

    private var pathOfFolder: String {
      folders.count == 1 ? "/" : folders.map(\.name).joined(separator: "/")
    }

    private mutating func follow(_ link: String) throws(PluginRefusal) {
      linksFollowed += 1
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(link, &bytes, bytes.count)
      guard count > 0, linksFollowed <= 40 else { throw refusal("too many symbolic links") }
      let target = String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
      if target.hasPrefix("/") { folders.removeLast(folders.count - 1) }
      remaining = Self.steps(of: target) + remaining
    }

    private func expectTrustedFile(_ facts: stat, _ path: String) throws(PluginRefusal) {
      try expectTrustedOwner(facts, path)
      guard facts.st_mode & S_IWOTH == 0 else {
        throw refusal("everyone can write to it; chmod o-w \(path)")
      }
    }

    /// In a sticky folder, only the owner of an entry can remove it.
    private func expectSafeFolder(forOneThatCanBeReplaced isStrict: Bool) throws(PluginRefusal) {
      guard let mode = folders.last?.facts.st_mode, mode & S_IWOTH != 0 else { return }
      guard isStrict || mode & S_ISVTX == 0 else { return }
      throw refusal(
        "everyone can write to its folder \(pathOfFolder); install it elsewhere, such as in /usr/local/lib/wmgwd2"
      )
    }

    private func expectTrustedOwner(_ facts: stat, _ what: String) throws(PluginRefusal) {
      guard facts.st_uid != 0, facts.st_uid != geteuid() else { return }
      throw refusal(
        "\(what) belongs to user \(facts.st_uid), and must belong to root or to the user that runs this "
          + "(\(geteuid())); install it as root, such as in /usr/local/lib/wmgwd2")
    }

    private func facts(of path: String) throws(PluginRefusal) -> stat {
      var facts = stat()
      guard lstat(path, &facts) == 0 else {
        let code = errno
        if code == ENOENT || code == ENOTDIR {
          throw PluginRefusal(path: given, reason: "no such file", exitCode: 66)
        }
        throw PluginRefusal(path: given, reason: SystemCallError.text(of: code), exitCode: 66)
      }
      return facts
    }

    private func refusal(_ reason: String) -> PluginRefusal { PluginRefusal(path: given, reason: reason) }

    private static func steps(of path: String) -> [Substring] {
      path.split(separator: "/").filter { $0 != "." }
    }

    private static var currentFolder: String {
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
      guard getcwd(&bytes, bytes.count) != nil else { return "/" }
      return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }
}
