import CLinux
import Glibc

/// Gives up what a daemon does not need, once and for all.
///
/// Capabilities are a thread's own, so it is done before any other thread is started; those that are started later have
/// what this one has.
public struct PrivilegeDrop: Sendable {
  /// Whom to become; `nil`: stays who it is.
  public var account: UserAccount?
  /// The capabilities that are kept, if they are there.
  public var kept: CapabilitySet
  /// The names of groups that root joins in exchange for its way past all permissions of files, if it stays root.
  public var groupsOfRoot: [String]

  /// A drop, which has not happened.
  public init(account: UserAccount?, kept: CapabilitySet, groupsOfRoot: [String] = []) {
    self.account = account
    self.kept = kept
    self.groupsOfRoot = groupsOfRoot
  }

  /// Why it could not be done: only root can become another user.
  public struct NotRoot: Error {}

  /// Does it, for the calling thread and those that it starts.
  ///
  /// - Another user has the kept capabilities alone, and so has every program that it starts (ambient capabilities, an
  ///   empty bounding set beyond them, no new privileges).
  /// - Root that stays root has the kept ones alone, but programs that it starts are root's as ever.
  /// - Who is not root and stays who it is gives up what is not kept, for programs too.
  ///
  /// - Throws: `NotRoot`, before anything has changed; or `SystemCallError`, and then the process had better end.
  public func perform() throws {
    guard let now = ProcessPrivileges.current else { throw SystemCallError("read /proc/thread-self/status") }
    let left = kept.intersection(now.permitted)
    if let account, account.user != now.user {
      guard now.user == 0 else { throw NotRoot() }
      try bound(to: kept, now)
      try become(account)
      try keep(left)
      try expect(wmg_refuse_new_privileges(), "prctl(PR_SET_NO_NEW_PRIVS)")
    } else if now.user == 0 {
      try joinGroups(now)
      try expect(wmg_set_capabilities(left.bits), "capset")
    } else {
      try bound(to: kept, now)
      try keep(left)
      try expect(wmg_refuse_new_privileges(), "prctl(PR_SET_NO_NEW_PRIVS)")
    }
    guard ProcessPrivileges.current?.permitted == left else {
      throw SystemCallError("give up capabilities", code: EPERM)
    }
  }

  private func become(_ account: UserAccount) throws {
    try expect(wmg_keep_capabilities(1), "prctl(PR_SET_KEEPCAPS)")
    // With CAP_SETGID and CAP_SETUID these change the real, the effective and the saved one.
    try expect(setgroups(account.groups.count, account.groups), "setgroups")
    try expect(setgid(account.group), "setgid \(account.group)")
    try expect(setuid(account.user), "setuid \(account.user)")
    try expect(wmg_keep_capabilities(0), "prctl(PR_SET_KEEPCAPS)")
    // As if it had been started as this user.
    try expect(wmg_allow_tracing(), "prctl(PR_SET_DUMPABLE)")
  }

  private func keep(_ left: CapabilitySet) throws {
    try expect(wmg_set_capabilities(left.bits), "capset")
    try expect(wmg_set_ambient_capabilities(left.bits), "prctl(PR_CAP_AMBIENT)")
  }

  private func bound(to kept: CapabilitySet, _ now: ProcessPrivileges) throws {
    guard let setting = Capability(name: "SETPCAP"), now.effective.contains(setting) else { return }
    try expect(wmg_bound_capabilities(kept.bits), "prctl(PR_CAPBSET_DROP)")
  }

  /// A root without CAP_SETGID, as in some containers, has the groups that it has.
  private func joinGroups(_ now: ProcessPrivileges) throws {
    let missing = groupsOfRoot.compactMap(UserAccount.localGroup).filter { !now.groups.contains($0) }
    guard !missing.isEmpty, let setting = Capability(name: "SETGID"), now.effective.contains(setting) else {
      return
    }
    let groups = now.groups + missing
    try expect(setgroups(groups.count, groups), "setgroups")
  }

  private func expect(_ result: CInt, _ attempt: String) throws {
    guard result == 0 else { throw SystemCallError(attempt) }
  }
}
