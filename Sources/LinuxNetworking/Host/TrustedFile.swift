public import Glibc

/// A file that nobody but root and the user of this process can have put where it is, or can replace or change.
///
/// What it names or contains may so be run with this process's privileges. Looked at is every step of the way to it,
/// those of symbolic links too, by the same rules: it must belong to root or to this process's user, and must not be
/// writable by everyone. A folder may be that if it is sticky, as `/tmp` is: there, nobody can replace what is another's.
public struct TrustedFile {
  /// Absolute, without symbolic links: what was looked at, and nothing that can be turned elsewhere since.
  public let path: String

  /// Looks at a file.
  ///
  /// - Parameter given: Its path; one that is not absolute begins at the current folder.
  /// - Throws: `Doubt`.
  public init(_ given: String) throws(Doubt) {
    var walk = Walk(given)
    path = try walk.toTheEnd()
  }

  /// Why a file is not to be trusted. Whoever asks adds the option that named it, and the fix.
  public enum Doubt: Error, Hashable, CustomStringConvertible {
    /// There is none, or none that can be looked at: errno.
    case missing(CInt)
    /// It is a folder.
    case isFolder
    /// It is a device, a pipe or a socket; or a step on the way is no folder.
    case isNotAFile
    /// More than 40 symbolic links lead to it.
    case tooManyLinks
    /// Something on the way belongs to a user who could change it: neither root nor this process's.
    case ofAnotherUser(Place, uid_t)
    /// Everyone can write to something on the way.
    case writableByEveryone(Place)

    /// What is wrong, without a fix.
    public var description: String {
      switch self {
      case .missing(ENOENT): "no such file"
      case .missing(let code): SystemCallError.text(of: code)
      case .isFolder: "is a folder"
      case .isNotAFile: "is not a file"
      case .tooManyLinks: "too many symbolic links"
      case .ofAnotherUser(let place, let user):
        "\(place) belongs to user \(user), and must belong to root or to the user that runs this (\(geteuid()))"
      case .writableByEveryone(.file): "everyone can write to it"
      case .writableByEveryone(let place): "everyone can write to \(place)"
      }
    }
  }

  /// A step on the way to a file, by its path without symbolic links.
  public enum Place: Hashable, Sendable, CustomStringConvertible {
    /// The file itself.
    case file(String)
    /// A symbolic link.
    case link(String)
    /// A folder.
    case folder(String)

    /// The path.
    public var path: String {
      switch self {
      case .file(let path), .link(let path), .folder(let path): path
      }
    }

    /// `its folder /srv`, or the path.
    public var description: String {
      if case .folder = self { "its folder \(path)" } else { path }
    }
  }

  private struct Walk {
    private var remaining: [Substring]
    /// The folders on the way, the root left out.
    private var folders: [Substring] = []
    private var linksFollowed = 0

    init(_ given: String) {
      remaining = Self.steps(of: given)
      if !given.hasPrefix("/") { remaining = Self.steps(of: Self.currentFolder) + remaining }
    }

    mutating func toTheEnd() throws(Doubt) -> String {
      try Self.expectTrusted(try Self.facts(of: "/"), .folder("/"))
      while let step = remaining.first {
        remaining.removeFirst()
        if step == ".." {
          _ = folders.popLast()
          continue
        }
        let path = "/" + (folders + [step]).joined(separator: "/")
        let facts = try Self.facts(of: path)
        switch facts.st_mode & S_IFMT {
        case S_IFLNK:
          try Self.expectTrusted(facts, .link(path))
          try follow(path)
        case S_IFDIR:
          try Self.expectTrusted(facts, .folder(path))
          folders.append(step)
        default:
          guard facts.st_mode & S_IFMT == S_IFREG, remaining.isEmpty else { throw .isNotAFile }
          try Self.expectTrusted(facts, .file(path))
          return path
        }
      }
      throw .isFolder
    }

    private mutating func follow(_ link: String) throws(Doubt) {
      linksFollowed += 1
      guard linksFollowed <= 40 else { throw .tooManyLinks }
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(link, &bytes, bytes.count)
      guard count > 0 else { throw .missing(errno) }
      let target = String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
      if target.hasPrefix("/") { folders = [] }
      remaining = Self.steps(of: target) + remaining
    }

    private static func expectTrusted(_ facts: stat, _ place: Place) throws(Doubt) {
      guard facts.st_uid == 0 || facts.st_uid == geteuid() else { throw .ofAnotherUser(place, facts.st_uid) }
      let isWritable =
        switch place {
        // A link's own mode means nothing.
        case .link: false
        case .file: facts.st_mode & S_IWOTH != 0
        case .folder: facts.st_mode & S_IWOTH != 0 && facts.st_mode & S_ISVTX == 0
        }
      guard !isWritable else { throw .writableByEveryone(place) }
    }

    private static func facts(of path: String) throws(Doubt) -> stat {
      var facts = stat()
      guard lstat(path, &facts) == 0 else { throw .missing(errno) }
      return facts
    }

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
