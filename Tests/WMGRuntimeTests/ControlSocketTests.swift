import FoundationEssentials
import Glibc
import LinuxNetworking
import Logging
import Testing

@testable import WMGFramework
@testable import WMGRuntime

@Suite struct ControlSocketTests {
  private let folder: String
  private var path: String { folder + "/control.sock" }

  init() throws {
    var template = Array("/tmp/wmgwd2-test-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&template).map { String(cString: $0) })
  }

  private func removeFolder() {
    unlink(path)
    rmdir(folder)
  }

  private let status = GatewayStatus(
    uid: "11", phase: "active", isolated: nil, peers: [], vnis: [], counters: ["core": ["held": 3]])

  private func serve(_ path: String) -> (server: ControlServer, asked: SharedState<Int>) {
    let asked = SharedState(0)
    let server = ControlServer(path: path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
      asked.withLock { $0 += 1 }
    }
    for _ in 0..<500 where access(path, F_OK) != 0 { usleep(1000) }
    return (server, asked)
  }

  @Test("A folder that is not there is not made")
  func noFolderIsMade() {
    defer { removeFolder() }
    #expect(throws: ControlSocketError.self) { try ControlListener(path: "\(folder)/mistyped/control.sock") }
    #expect(access("\(folder)/mistyped", F_OK) != 0)
  }

  /// Asks on a thread of its own, and plays the core meanwhile.
  private func ask(_ server: ControlServer, _ asked: SharedState<Int>, times: Int) throws -> GatewayStatus {
    let answer = OneTime<[UInt8]?>()
    let path = path
    let thread = try LoopThread(name: "client") { _ in
      answer.set(try? ControlConnection(to: path).ask("status"))
    }
    for _ in 0..<4000 where asked.withLock({ $0 }) < times { usleep(1000) }
    server.answer(status)
    thread.join()
    return try JSONDecoder().decode(GatewayStatus.self, from: Data(try #require(answer.wait())))
  }

  @Test func aClientThatAsksIsAnsweredAndTheSocketIsForItsGroup() throws {
    defer { removeFolder() }
    let (server, asked) = serve(path)
    #expect(try ask(server, asked, times: 1) == status)
    var attributes = stat()
    #expect(stat(path, &attributes) == 0)
    #expect(attributes.st_mode & 0o777 == 0o660)
    server.stop()
    for _ in 0..<1000 where access(path, F_OK) == 0 { usleep(1000) }
    #expect(access(path, F_OK) != 0)
  }

  @Test func aClientThatHangsDelaysTheNextByASecondAtMost() throws {
    defer { removeFolder() }
    let (server, asked) = serve(path)
    let hanging = try ControlConnection(to: path)
    let began = ContinuousClock.now
    #expect(try ask(server, asked, times: 1) == status)
    #expect(ContinuousClock.now - began < .seconds(3))
    withExtendedLifetime(hanging) {}
    server.stop()
  }

  @Test func anotherDaemonsSocketIsLeftAlone() throws {
    defer { removeFolder() }
    let (first, asked) = serve(path)
    #expect(throws: ControlSocketError.self) { try ControlListener(path: path) }
    #expect(try ask(first, asked, times: asked.withLock { $0 } + 1) == status)
    first.stop()
  }

  @Test func aStaleSocketIsReplacedAndAFileIsNot() throws {
    defer { removeFolder() }
    do {
      let abandoned = try ControlListener(path: path)
      withExtendedLifetime(abandoned) {}
    }
    #expect(access(path, F_OK) == 0)
    let listener = try ControlListener(path: path)
    listener.remove()
    #expect(access(path, F_OK) != 0)
    close(open(path, O_CREAT | O_WRONLY, 0o600))
    #expect(throws: ControlSocketError.self) { try ControlListener(path: path) }
    #expect(access(path, F_OK) == 0)
  }

  @Test func aPathThatIsTooLongIsSaidSo() {
    defer { removeFolder() }
    let long = folder + "/" + String(repeating: "x", count: 120)
    let error = #expect(throws: ControlSocketError.self) { try ControlListener(path: long) }
    #expect(error?.description.hasSuffix("is longer than the 107 bytes of a socket's path") == true)
  }
}
