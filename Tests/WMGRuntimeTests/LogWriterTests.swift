import Glibc
import Logging
import Testing
import WMGFramework

@testable import WMGRuntime

@Suite struct LogWriterTests {
  private struct Pipe {
    let reading: CInt
    let writing: CInt

    init() {
      var ends: [CInt] = [0, 0]
      pipe(&ends)
      (reading, writing) = (ends[0], ends[1])
      _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    }

    func close() {
      Glibc.close(reading)
      Glibc.close(writing)
    }

    func readAll() -> String {
      var text: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65536)
      while true {
        let count = read(reading, &buffer, buffer.count)
        guard count > 0 else { break }
        text += buffer[..<count]
      }
      return String(decoding: text, as: UTF8.self)
    }
  }

  @Test func anotherLevelCountsForLoggersThatThereAreToo() throws {
    let pipe = Pipe()
    defer { pipe.close() }
    let writer = try LogWriter(to: pipe.writing, format: .logfmt, level: .info)
    let logger = writer.logger("plugin")
    logger.debug("first")
    writer.level = .debug
    logger.debug("second")
    writer.level = .error
    logger.warning("third")
    logger.error("fourth")
    writer.flush()
    let text = pipe.readAll()
    #expect(text.contains("second") && text.contains("fourth"))
    #expect(!text.contains("first") && !text.contains("third"))
  }

  @Test func linesComeOutInOrderAndBelowTheLevelNotAtAll() throws {
    let pipe = Pipe()
    defer { pipe.close() }
    let writer = try LogWriter(to: pipe.writing, format: .logfmt, level: .info)
    writer.write(.debug, component: "t", message: "hidden", fields: [])
    for number in 1...50 { writer.write(.info, component: "t", message: "line\(number)", fields: []) }
    writer.flush()
    let messages = pipe.readAll().split(separator: "\n").compactMap { $0.split(separator: "msg=").last }
    #expect(messages.map(String.init) == (1...50).map { "line\($0)" })
  }

  @Test func aBlockedReaderBlocksNobodyAndTheDroppedAreCounted() throws {
    let pipe = Pipe()
    defer { pipe.close() }
    let writer = try LogWriter(to: pipe.writing, format: .logfmt, level: .info)
    let long = String(repeating: "x", count: 1000)
    let began = ContinuousClock.now
    // Nobody reads: 64 KiB fit into the pipe, then the writer's thread hangs.
    for _ in 0..<20_000 { writer.write(.info, component: "t", message: long, fields: []) }
    // One that waited would wait for ever.
    #expect(ContinuousClock.now - began < .seconds(60))
    var output = ""
    for _ in 0..<400 where !output.contains("lines dropped") {
      output += pipe.readAll()
      usleep(5000)
    }
    #expect(output.contains("msg=\"lines dropped\" count="))
  }

  @Test func aFloodOfLinesIsCutWithoutALinePerLineThatIsDropped() throws {
    let pipe = Pipe()
    defer { pipe.close() }
    let writer = try LogWriter(to: pipe.writing, format: .logfmt, level: .info)
    let began = ContinuousClock.now
    for _ in 0..<5000 { writer.write(.info, component: "t", message: "m", fields: []) }
    let seconds = Int((ContinuousClock.now - began) / .seconds(1)) + 2
    var output = ""
    for _ in 0..<20 {
      writer.flush(milliseconds: 20)
      output += pipe.readAll()
    }
    let lines = output.split(separator: "\n").count
    #expect(lines >= 1000)
    #expect(lines <= seconds * (LogWriter.linesPerSecond + 10))
  }

  @Test func whatPluginsLogCarriesTheirNameAndSortedFields() throws {
    let pipe = Pipe()
    defer { pipe.close() }
    let writer = try LogWriter(to: pipe.writing, format: .logfmt, level: .info)
    writer.logger("macvlan").warning("drift", metadata: ["vni": "5", "because": "flap"])
    writer.flush()
    #expect(pipe.readAll().hasSuffix("level=warning component=macvlan msg=drift because=flap vni=5\n"))
  }
}
