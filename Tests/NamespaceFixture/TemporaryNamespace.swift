import Glibc
public import LinuxNetworking
import Synchronization
import WMGFramework

/// A network namespace that is gone when nobody holds it any more. Needs root.
public final class TemporaryNamespace: Sendable {
  private static let made = Atomic<Int>(0)

  /// Whether namespaces can be made here.
  public static var isPossible: Bool { geteuid() == 0 }

  /// The name, unique on this host.
  public let name: String
  /// The namespace itself.
  public let namespace: NetworkNamespace

  /// Makes a namespace with its loopback up.
  public init() throws {
    name = "wmgnet\(getpid())-\(Self.made.add(1, ordering: .relaxed).newValue)"
    try shell("ip netns add \(name)")
    namespace = try NetworkNamespace(named: name)
    try ip("link set lo up")
  }

  deinit {
    _ = try? shell("ip netns del \(name)")
  }

  /// Runs lines of `ip -batch`.
  public func ip(_ lines: String) throws {
    let path = "/tmp/\(name)-\(Self.made.add(1, ordering: .relaxed).newValue).batch"
    guard let file = fopen(path, "w") else { throw SystemCallError("write \(path)") }
    fputs(lines + "\n", file)
    fclose(file)
    defer { unlink(path) }
    try shell("ip -n \(name) -batch \(path)")
  }

  /// Runs a command inside and returns what it prints.
  @discardableResult
  public func run(_ command: String) throws -> String {
    try shell("ip netns exec \(name) \(command)")
  }

  /// What the kernel says of an interface now.
  public func link(_ interface: String) throws -> Link? {
    try namespace.run { try RouteConnection().link(named: interface) }
  }
}

/// A command that failed.
public struct CommandFailure: Error, CustomStringConvertible {
  /// The command and what it printed.
  public let description: String
}

/// Runs a command and returns what it prints.
@discardableResult
public func shell(_ command: String) throws -> String {
  guard let pipe = popen("\(command) 2>&1", "r") else { throw SystemCallError("run \(command)") }
  var output: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
  let status = pclose(pipe)
  let text = String(decoding: output, as: UTF8.self)
  guard status == 0 else { throw CommandFailure(description: "\(command): \(text)") }
  return text
}

/// Waits until `condition` holds, at most for `limit`; returns whether it does.
public func eventually(within limit: Duration = .seconds(20), _ condition: () throws -> Bool) rethrows -> Bool
{
  let deadline = BootTimeClock.now + limit
  while true {
    if try condition() { return true }
    guard BootTimeClock.now < deadline else { return false }
    usleep(1000)
  }
}
