import ArgumentParser
import Glibc
import LinuxNetworking
import WMGFramework
import WMGRuntime

/// The options that say as whom the daemon runs and what it may do.
struct PrivilegeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Started as root: the user to become, by name or number; the capabilities below are kept. (default: none, it stays root)",
      valueName: "user[:group]"))
  var user: String?

  @Option(
    help: ArgumentHelp(
      "The capabilities that are kept, with commas; all others are given up at the start.",
      valueName: "names"))
  var capabilities: String = "CAP_NET_ADMIN,CAP_NET_RAW"
}

extension PrivilegeOptions {
  /// Whom to become; `nil`: nobody else.
  ///
  /// - Throws: `UsageError`.
  func account() throws(UsageError) -> UserAccount? {
    guard let user else { return nil }
    do {
      return try UserAccount(parsing: user)
    } catch {
      let fix = error == .isRoot ? ", or leave --user out" : ""
      throw UsageError("--user '\(user)': \(error)\(fix)")
    }
  }

  /// What is kept.
  ///
  /// - Throws: `UsageError`.
  func kept() throws(UsageError) -> CapabilitySet {
    var kept: [Capability] = []
    for name in capabilities.split(separator: ",", omittingEmptySubsequences: false) {
      guard let capability = Capability(name: String(name)) else {
        throw UsageError(
          "--capabilities '\(capabilities)': there is no capability '\(name)'; give names as in capabilities(7), with "
            + "commas: CAP_NET_ADMIN,CAP_NET_RAW")
      }
      kept.append(capability)
    }
    return CapabilitySet(kept)
  }

  /// The same as text, to see whether it has changed.
  ///
  /// - Throws: `UsageError`, when it cannot be had.
  func texts() throws(UsageError) -> [String: String] {
    _ = try account()
    return ["user": user ?? "", "capabilities": "\(try kept())"]
  }

  /// What they come to on this host.
  func finding(_ effectors: [any EffectorPlugin]) throws(UsageError) -> [Finding] {
    let kept = try kept()
    guard let account = try account() else {
      let isRoot = ProcessPrivileges.current?.user == 0
      return [
        Finding(
          .ok, subject: "privileges",
          message: isRoot
            ? "stays root and keeps \(kept) alone; what it starts has all that root has, unless --user is given"
            : "keeps \(kept) of what it is started with")
      ]
    }
    let groups = account.groups.sorted().map(String.init).joined(separator: ",")
    var findings = [
      Finding(
        .ok, subject: "privileges",
        message:
          "becomes user \(account.user) with the groups \(groups), if it is started as root, and keeps \(kept)"
      )
    ]
    for effector in effectors {
      let known = effector.groups.filter { UserAccount.localGroup($0) != nil }
      guard let first = known.first else { continue }
      let isMember = known.compactMap(UserAccount.localGroup).contains(where: account.groups.contains)
      if !isMember {
        findings.append(
          Finding(
            .warning, subject: "--user",
            message:
              "--user '\(user ?? "")' is not in the group \(first), whose files --effector \(effector.name) needs",
            fix: "usermod --append --groups \(first) \(user?.prefix { $0 != ":" } ?? "")"))
      }
    }
    return findings
  }
}

/// Gives up, before anything else is done, what a daemon with these settings does not need.
enum PrivilegeDropping {
  /// Drops this process's privileges for good.
  ///
  /// Only `--user`, `--capabilities` and `--control-socket` are looked at, wherever they are set: what is wrong with the
  /// rest is found without root's rights, and libraries with plugins are loaded without them.
  ///
  /// - Throws: `UsageError`; nothing has changed then, but for 71.
  static func drop(_ sources: SettingSources) throws {
    let settings = ["user", "capabilities", "control-socket"].compactMap(sources.setting(of:))
    func text(_ option: String) -> String? {
      settings.first { $0.name.option == option }.map { setting in
        setting.origin == .flag ? setting.texts.last ?? "" : setting.texts.joined(separator: ",")
      }
    }
    var options = try PrivilegeOptions.parse([])
    options.user = text("user")
    options.capabilities = text("capabilities") ?? options.capabilities
    do {
      let drop = PrivilegeDrop(
        account: try options.account(), kept: try options.kept(),
        groupsOfRoot: sources.registry.plugins.flatMap(\.groups))
      try perform(drop, controlSocket: text("control-socket") ?? defaultControlSocket, options)
    } catch {
      throw settings.restated(error)
    }
  }

  private static func perform(_ drop: PrivilegeDrop, controlSocket: String, _ options: PrivilegeOptions)
    throws
  {
    if ProcessPrivileges.current?.user == 0 {
      ControlFolder.prepare(controlSocket, for: drop.account?.user ?? 0, drop.account?.group ?? 0)
    }
    do {
      try drop.perform()
    } catch is PrivilegeDrop.NotRoot {
      throw UsageError(
        "--user '\(options.user ?? "")': only root can become another user; start it as root, or as that user",
        exitCode: UsageError.noPermission)
    } catch let error as SystemCallError where error.code == EPERM {
      throw UsageError(
        "--user '\(options.user ?? "")': \(error); to become a user takes CAP_SETUID, CAP_SETGID and CAP_SETPCAP, too",
        exitCode: UsageError.noPermission)
    }
  }
}
