import FleetChaos
import Glibc
import Testing

@Suite struct FullDiskTests {
  @Test("A log has room for a line or two, then part of one, then none", .enabled(if: geteuid() == 0))
  func fills() throws {
    let disk = try FullDisk()
    defer { disk.close() }
    let line = [UInt8](repeating: 0x61, count: 150)
    #expect(write(disk.log, line, line.count) == 150 && !disk.isFull)
    #expect(write(disk.log, line, line.count) == 50 && disk.isFull)
    #expect(write(disk.log, line, line.count) == -1 && errno == ENOSPC)
  }
}
