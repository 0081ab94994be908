import Foundation
import Testing
import WMGFramework

@testable import PluginLibrary

/// Who can have put a library where it is.
@Suite("Trusted files") final class TrustedFileTests {
  private let folder = NSTemporaryDirectory() + "wmgabi-\(getpid())-\(UUID().uuidString)"
  private var file: String { "\(folder)/inner/lib.so" }

  init() throws {
    try FileManager.default.createDirectory(atPath: "\(folder)/inner", withIntermediateDirectories: true)
    chmod(folder, 0o755)
    chmod("\(folder)/inner", 0o755)
    try #require(FileManager.default.createFile(atPath: file, contents: Data()))
    chmod(file, 0o644)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func reason(_ path: String) -> String {
    do {
      return "trusted: \(try TrustedFile(path).path)"
    } catch {
      return error.reason
    }
  }

  @Test func onesOwnFileIsTrusted() {
    #expect(reason(file) == "trusted: \(file)")
    #expect(reason("\(folder)//./inner/../inner/lib.so") == "trusted: \(file)")
  }

  @Test func aFileThatEveryoneCanWriteToIsNot() {
    chmod(file, 0o646)
    #expect(reason(file) == "everyone can write to it; chmod o-w \(file)")
  }

  @Test(arguments: [0o757, 0o1777])
  func aFolderThatEveryoneCanWriteToIsNot(_ mode: Int) {
    chmod("\(folder)/inner", mode_t(mode))
    #expect(reason(file).hasPrefix("everyone can write to its folder \(folder)/inner; install it elsewhere"))
  }

  @Test func aFolderFurtherUpMayBeWritableIfItIsSticky() {
    chmod(folder, 0o777)
    #expect(reason(file).hasPrefix("everyone can write to its folder \(folder);"))
    chmod(folder, 0o1777)
    #expect(reason(file) == "trusted: \(file)")
  }

  @Test func symbolicLinksAreLookedAtAsWell() throws {
    let link = "\(folder)/link.so"
    symlink("inner/lib.so", link)
    #expect(reason(link) == "trusted: \(file)")
    // Whoever can replace the link can have anything loaded.
    chmod(folder, 0o1777)
    #expect(reason(link).hasPrefix("everyone can write to its folder \(folder);"))
    chmod(folder, 0o755)
    unlink(link)
    symlink("link.so", link)
    #expect(reason(link) == "too many symbolic links")
  }

  @Test func onlyAFileIsAFile() {
    #expect(reason("\(folder)/inner") == "is a folder; name the library itself")
    #expect(reason("/dev/null").hasPrefix("is not a file"))
    #expect(reason("\(file)/more") == "is not a file")
    #expect(reason("\(folder)/nothing.so") == "no such file")
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to give a file away"))
  func anothersFileIsNot() {
    chown(file, 65534, 65534)
    #expect(reason(file).hasPrefix("\(file) belongs to user 65534, and must belong to root"))
    chown(file, 0, 0)
    chown(folder, 65534, 65534)
    #expect(reason(file).hasPrefix("its folder \(folder) belongs to user 65534"))
  }
}
