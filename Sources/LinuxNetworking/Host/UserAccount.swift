import CLinux
import Glibc

/// A user to become: not root.
public struct UserAccount: Hashable, Sendable {
  /// The user's number.
  public let user: UInt32
  /// The primary group's number.
  public let group: UInt32
  /// All groups, the primary one included.
  public let groups: [UInt32]

  /// What is wrong with a text that should name a user; whoever asks adds the option, and the fix.
  public enum Complaint: Error, Hashable, CustomStringConvertible {
    /// Nothing is named.
    case empty
    /// There is no such user.
    case unknownUser(String)
    /// There is no such group.
    case unknownGroup(String)
    /// A number that no user has: of which group is it?
    case groupMissing(UInt32)
    /// It is root.
    case isRoot

    /// One line.
    public var description: String {
      switch self {
      case .empty: "names nobody; give a user, or a user and a group: wmgwd2:wmgwd2"
      case .unknownUser(let name): "there is no user '\(name)'; make one: useradd --system \(name)"
      case .unknownGroup(let name): "there is no group '\(name)'; make one: groupadd --system \(name)"
      case .groupMissing(let user): "no user has the number \(user); give a group too: \(user):GROUP"
      case .isRoot: "is root; name another user"
      }
    }
  }

  /// The user of a text such as `wmgwd2`, `wmgwd2:wmgwd2` or `998:998`; a user and a group that are both numbers need not
  /// be known to the host.
  ///
  /// - Throws: `Complaint`.
  public init(parsing text: String) throws(Complaint) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let userText = parts.first, parts.allSatisfy({ !$0.isEmpty }) else { throw .empty }
    let number = Self.number(userText)
    let entry = number.map { Self.entry(of: $0) } ?? Self.entry(named: userText)
    guard let user = number ?? entry?.user else { throw .unknownUser(userText) }
    guard user != 0 else { throw .isRoot }
    if parts.count == 2 {
      guard let group = Self.number(parts[1]) ?? Self.group(named: parts[1]) else {
        throw .unknownGroup(parts[1])
      }
      self.group = group
    } else if let entry {
      group = entry.group
    } else {
      throw .groupMissing(user)
    }
    self.user = user
    groups = entry.map { [group] in Self.groups(of: $0, with: group) } ?? [group]
  }

  /// The number of a group of /etc/group, without asking anything else: directories of users may be slow, and groups of
  /// packages are always there. `nil` if there is none.
  public static func localGroup(_ name: String) -> UInt32? {
    var group: UInt32 = 0
    return wmg_find_local_group(name, &group) == 1 ? group : nil
  }

  // The highest number means "unchanged" to the kernel.
  private static func number(_ text: String) -> UInt32? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt32(text).flatMap { $0 == .max ? nil : $0 }
  }

  private static func entry(named name: String) -> wmg_account? {
    var entry = wmg_account()
    return wmg_find_account(name, 0, &entry) == 1 ? entry : nil
  }

  private static func entry(of user: UInt32) -> wmg_account? {
    var entry = wmg_account()
    return wmg_find_account(nil, user, &entry) == 1 ? entry : nil
  }

  private static func group(named name: String) -> UInt32? {
    var group: UInt32 = 0
    return wmg_find_group(name, &group) == 1 ? group : nil
  }

  private static func groups(of entry: wmg_account, with group: UInt32) -> [UInt32] {
    let name = withUnsafeBytes(of: entry.name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    var count: CInt = 64
    while true {
      let capacity = count
      var groups = [gid_t](repeating: 0, count: Int(capacity))
      if getgrouplist(name, group, &groups, &count) >= 0 { return Array(groups[..<Int(count)]) }
      guard count > capacity else { return [group] }
    }
  }
}
