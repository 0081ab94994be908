import CLinux
import Glibc
import LinuxNetworking
import Synchronization

/// Runs `body` on a thread of its own inside a network namespace and returns its result.
///
/// A namespace belongs to a thread, and a socket keeps the one it was made in: so sockets are opened here and used
/// anywhere.
func visit<Result: Sendable>(
  namespace name: String, _ body: @escaping @Sendable () throws(LabError) -> Result
) throws(LabError) -> Result {
  let result = VisitResult<Result>()
  do {
    let thread = try LoopThread(name: "netns") { _ in
      result.store {
        () throws(LabError) in
        let descriptor = open("/run/netns/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LabError(SystemCallError("open namespace \(name)").description) }
        defer { close(descriptor) }
        guard wmg_enter_network_namespace(descriptor) == 0 else {
          throw LabError(SystemCallError("enter namespace \(name)").description)
        }
        return try body()
      }
    }
    thread.join()
  } catch {
    throw LabError("\(error)", exitCode: 71)
  }
  return try result.take()
}

private final class VisitResult<Value: Sendable>: Sendable {
  private let value = Mutex<Result<Value, LabError>?>(nil)

  func store(_ body: () throws(LabError) -> Value) {
    let made = Result<Value, LabError> { () throws(LabError) in try body() }
    value.withLock { $0 = made }
  }

  func take() throws(LabError) -> Value {
    guard let made = value.withLock({ $0 }) else { throw LabError("a namespace's thread left no result") }
    return try made.get()
  }
}
