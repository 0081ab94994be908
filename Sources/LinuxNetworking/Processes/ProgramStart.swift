import CLinux
import Glibc

/// How a program of ours is started: without a shell, with default signals, and with nothing of ours open but what is
/// given to it.
struct ProgramStart {
  /// What it is started as the head of, so that it can be ended with all that it starts itself.
  enum Head {
    /// A process group: it has our terminal.
    case group
    /// A session: nothing that is sent to our terminal or group reaches it.
    case session
  }

  var path: String
  var arguments: [String]
  /// Its environment, `NAME=value`; `nil` is ours.
  var environment: [String]?
  var head = Head.group

  /// Starts it with these descriptors of ours as its 0, 1, 2 …
  ///
  /// - Throws: `SystemCallError`, when it cannot be started: ENOENT, EACCES, E2BIG (too many arguments) and others.
  func start(with descriptors: [CInt]) throws(SystemCallError) -> RunningProgram {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(target))
    }
    wmg_close_descriptors_from(&actions, CInt(descriptors.count))

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let heading = head == .group ? CInt(POSIX_SPAWN_SETPGROUP) : wmg_spawn_in_session
    posix_spawnattr_setflags(
      &attributes, Int16(CInt(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | heading))

    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var settings = (environment ?? []).map { strdup($0) } + [nil]
    defer { for setting in settings { free(setting) } }
    var pid = pid_t()
    let code =
      environment == nil
      ? posix_spawn(&pid, path, &actions, &attributes, &words, environ)
      : posix_spawn(&pid, path, &actions, &attributes, &words, &settings)
    guard code == 0 else { throw SystemCallError("start \(path)", code: code) }
    return RunningProgram(pid: pid)
  }
}
