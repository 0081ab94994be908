import Glibc
import LinuxNetworking
import Testing

@testable import ForeignHashing

@Suite struct LibraryTrustTests {
  /// A folder with a library of its own.
  private func library(_ name: String) throws -> (folder: String, path: String) {
    let folder = "\(FixtureLibrary.folder)/\(name)"
    try #require(mkdir(folder, 0o755) == 0)
    let built = FixtureLibrary.build(name, "int answer(void) { return 42; }")
    try #require(rename(built, "\(folder)/lib.so") == 0)
    return (folder, "\(folder)/lib.so")
  }

  private func complaint(_ path: String) -> String? {
    do throws(ForeignFailure) {
      try LibraryTrust.examine(path)
      return nil
    } catch {
      return error.text
    }
  }

  @Test("A library that everyone may write to is refused, and so is one in such a folder")
  func worldWritable() throws {
    let (folder, path) = try library("writable")
    #expect(complaint(path) == nil)
    chmod(path, 0o757)
    #expect(complaint(path)?.contains("everyone may write to \(path)") == true)
    chmod(path, 0o755)
    for mode: mode_t in [0o777, 0o1777] {
      chmod(folder, mode)
      #expect(complaint(path)?.contains("everyone may write to \(folder),") == true)
    }
    chmod(folder, 0o755)
    #expect(complaint(path) == nil)
    // Further up, a folder may be like /tmp, and not like this.
    let deeper = "\(folder)/deeper"
    mkdir(deeper, 0o755)
    rename(path, "\(deeper)/lib.so")
    chmod(folder, 0o1777)
    #expect(complaint("\(deeper)/lib.so") == nil)
    chmod(folder, 0o777)
    #expect(complaint("\(deeper)/lib.so")?.contains(folder) == true)
  }

  @Test("A link is judged by what it leads to")
  func links() throws {
    let (folder, path) = try library("linked")
    let link = "\(FixtureLibrary.folder)/link.so"
    try #require(symlink(path, link) == 0)
    #expect(try LibraryTrust.examine(link) == path)
    chmod(folder, 0o777)
    #expect(complaint(link)?.contains(folder) == true)
  }

  @Test("Another user's library is refused", .enabled(if: geteuid() == 0, "needs root, to give a file away"))
  func anotherUsers() throws {
    let (_, path) = try library("given")
    try #require(chown(path, 65534, 65534) == 0)
    #expect(complaint(path)?.contains("belongs to user 65534") == true)
  }

  @Test("A soname that leads to a folder that everyone may write to is refused where it is tried")
  func soname() throws {
    let (folder, _) = try library("searched")
    rename("\(folder)/lib.so", "\(folder)/libwmgsearched.so")
    var program = ExternalProgram(
      daemonPath,
      [
        "foreign", "probe", "--library", "libwmgsearched.so", "--symbol", "answer", "--signature",
        "i32(vni,uid)",
      ])
    program.environment = ["LD_LIBRARY_PATH=\(folder)"]
    #expect(try program.run(within: .seconds(20)).errors.contains("is always"))
    chmod(folder, 0o777)
    let run = try program.run(within: .seconds(20))
    #expect(run.ending == .exited(78))
    #expect(run.errors.contains("--library libwmgsearched.so: everyone may write to \(folder)"))
  }
}
