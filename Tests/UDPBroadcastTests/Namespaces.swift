import Foundation
import Glibc
import LinuxNetworking

let isRoot = geteuid() == 0
let needsRoot = "makes network namespaces: run as root"

/// Two hosts on one wire: `a` (10.0.1.11) and `b` (10.0.1.12), each a network namespace with an interface `eth0`.
final class TwoHosts: Sendable {
  let a: String
  let b: String
  private nonisolated(unsafe) static var count = 0
  private static let lock = NSLock()

  init(addressed: Bool = true) {
    let number = Self.lock.withLock {
      Self.count += 1
      return Self.count
    }
    a = "wmgdisc\(getpid())-\(number)a"
    b = "wmgdisc\(getpid())-\(number)b"
    ip("netns add \(a)")
    ip("netns add \(b)")
    ip("link add eth0 netns \(a) type veth peer name eth0 netns \(b)")
    for (host, address) in [(a, "10.0.1.11/24"), (b, "10.0.1.12/24")] {
      ip("-n \(host) link set lo up")
      if addressed || host == b { ip("-n \(host) address add \(address) dev eth0") }
      ip("-n \(host) link set eth0 up")
    }
    // Until the kernel has seen the carrier, whatever is sent is lost.
    for host in [a, b] { _ = eventually { ip("-n \(host) link show dev eth0").contains("state UP") } }
  }

  deinit {
    ip("netns del \(a)")
    ip("netns del \(b)")
  }
}

/// Runs `ip` with these arguments and returns what it printed.
@discardableResult
func ip(_ arguments: String) -> String {
  run("/usr/bin/env", ["ip"] + arguments.split(separator: " ").map(String.init))
}

@discardableResult
func run(_ program: String, _ arguments: [String]) -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let output = Pipe()
  process.standardOutput = output
  try? process.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return String(decoding: data, as: UTF8.self)
}

/// Moves the calling thread into a network namespace. Glibc's module does not import `setns`.
func enter(_ namespace: String) {
  typealias SetNS = @convention(c) (Int32, Int32) -> Int32
  let setns = unsafeBitCast(dlsym(nil, "setns"), to: SetNS.self)
  let descriptor = open("/run/netns/\(namespace)", O_RDONLY | O_CLOEXEC)
  precondition(setns(descriptor, 0x4000_0000) == 0, "cannot enter namespace \(namespace)")
  close(descriptor)
}

/// Runs `body` in a network namespace; a socket made there stays there.
func inside<Result>(_ namespace: String, _ body: () throws -> Result) rethrows -> Result {
  typealias SetNS = @convention(c) (Int32, Int32) -> Int32
  let setns = unsafeBitCast(dlsym(nil, "setns"), to: SetNS.self)
  let home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
  defer {
    _ = setns(home, 0x4000_0000)
    close(home)
  }
  enter(namespace)
  return try body()
}

/// Waits up to `limit` for `condition`; whether it came true.
func eventually(within limit: Duration = .seconds(3), _ condition: () -> Bool) -> Bool {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if condition() { return true }
    usleep(2000)
  }
  return condition()
}
