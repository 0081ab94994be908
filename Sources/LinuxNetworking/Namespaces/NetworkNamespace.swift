import CLinux
import Glibc

/// A network namespace as `ip netns` names them, held open.
///
/// A namespace belongs to a thread: what is opened inside `run` (a netlink socket, a packet socket) stays in that
/// namespace for as long as it lives, wherever it is used later.
public final class NetworkNamespace: Sendable {
  /// The name that `ip netns add` was given.
  public let name: String
  private let descriptor: CInt

  /// Opens `/run/netns/NAME`.
  ///
  /// - Throws: `SystemCallError`, ENOENT if there is no such namespace.
  public init(named name: String) throws {
    self.name = name
    descriptor = try Self.open("/run/netns/\(name)")
  }

  deinit {
    close(descriptor)
  }

  /// Runs `body` with the calling thread inside this namespace, and brings the thread back.
  ///
  /// - Throws: `SystemCallError`, EPERM without CAP_SYS_ADMIN; and whatever `body` throws.
  public func run<Result>(_ body: () throws -> Result) throws -> Result {
    let home = try Self.open("/proc/thread-self/ns/net")
    defer { close(home) }
    try enter()
    defer {
      // A thread that is lost in a foreign namespace would do everything after this in the wrong place.
      if wmg_enter_network_namespace(home) != 0 { fatalError("cannot leave network namespace \(name)") }
    }
    return try body()
  }

  /// Moves the calling thread into this namespace for good, as a thread made for it does.
  ///
  /// - Throws: `SystemCallError`, EPERM without CAP_SYS_ADMIN.
  public func enter() throws {
    guard wmg_enter_network_namespace(descriptor) == 0 else {
      throw SystemCallError("enter network namespace \(name)")
    }
  }

  private static func open(_ path: String) throws -> CInt {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemCallError("open \(path)") }
    return descriptor
  }
}
