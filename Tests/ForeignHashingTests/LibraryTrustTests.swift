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
      _ = try SharedLibrary(path)
      return nil
    } catch {
      return error.option == .library ? error.text : "not of the library"
    }
  }

  @Test("A library that everyone may write to is refused, and so is one in such a folder, with the fix")
  func worldWritable() throws {
    let (folder, path) = try library("writable")
    #expect(complaint(path) == nil)
    chmod(path, 0o757)
    #expect(complaint(path) == "everyone can write to it; 'chmod o-w \(path)', or move the library")
    chmod(path, 0o755)
    chmod(folder, 0o777)
    #expect(
      complaint(path)
        == "everyone can write to its folder \(folder); 'chmod o-w \(folder)', or move the library")
    chmod(folder, 0o755)
    #expect(complaint(path) == nil)
    #expect(complaint(folder) == "is a folder; name the library itself")
  }

  @Test("Another user's library is refused", .enabled(if: geteuid() == 0, "needs root, to give a file away"))
  func anotherUsers() throws {
    let (_, path) = try library("given")
    try #require(chown(path, 65534, 65534) == 0)
    #expect(complaint(path)?.hasPrefix("\(path) belongs to user 65534,") == true)
    #expect(complaint(path)?.hasSuffix("; 'chown root \(path)'") == true)
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
    #expect(run.errors.contains("--library libwmgsearched.so: everyone can write to its folder \(folder)"))
  }
}
