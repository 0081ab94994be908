import Glibc
import LinuxNetworking
import NamespaceFixture
import Testing

/// Who can have put a file where it is.
@Suite("Trusted files") final class TrustedFileTests {
  private let folder: String
  private var inner: String { "\(folder)/inner" }
  private var file: String { "\(inner)/file" }

  init() throws {
    var template = Array("/tmp/wmgtrust-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    chmod(folder, 0o755)
    mkdir(inner, 0o755)
    let opened = try #require(fopen(file, "w"))
    fclose(opened)
    chmod(file, 0o644)
  }

  deinit { _ = try? shell("rm -rf \(folder)") }

  private func doubt(_ path: String) -> TrustedFile.Doubt? {
    do {
      _ = try TrustedFile(path)
      return nil
    } catch {
      return error
    }
  }

  @Test func onesOwnFileIsTrusted() throws {
    #expect(try TrustedFile(file).path == file)
    #expect(try TrustedFile("\(folder)//./inner/../inner/file").path == file)
    #expect(try TrustedFile("/bin/sh").path == realPath("/bin/sh"))
  }

  @Test func aPathMayBeginAtTheCurrentFolder() throws {
    var steps = Array(repeating: "..", count: 40).joined(separator: "/")
    steps += file
    #expect(try TrustedFile(steps).path == file)
  }

  @Test func whatEveryoneCanWriteToIsNot() {
    chmod(file, 0o646)
    #expect(doubt(file) == .writableByEveryone(.file(file)))
    chmod(file, 0o664)
    #expect(doubt(file) == nil)
    chmod(inner, 0o757)
    #expect(doubt(file) == .writableByEveryone(.folder(inner)))
    chmod(inner, 0o755)
    chmod(folder, 0o777)
    #expect(doubt(file) == .writableByEveryone(.folder(folder)))
    #expect(doubt(file)?.description == "everyone can write to its folder \(folder)")
  }

  @Test func aStickyFolderMayBeWritable() {
    chmod(inner, 0o1777)
    chmod(folder, 0o1777)
    #expect(doubt(file) == nil)
    chmod(file, 0o646)
    #expect(doubt(file) == .writableByEveryone(.file(file)))
  }

  @Test func symbolicLinksAreLookedAtAsWell() throws {
    mkdir("\(folder)/links", 0o755)
    let link = "\(folder)/links/link"
    symlink("../inner/file", link)
    #expect(try TrustedFile(link).path == file)
    // Whoever can replace the link can have anything used; and so it is with what it leads to.
    chmod("\(folder)/links", 0o777)
    #expect(doubt(link) == .writableByEveryone(.folder("\(folder)/links")))
    chmod("\(folder)/links", 0o755)
    chmod(inner, 0o777)
    #expect(doubt(link) == .writableByEveryone(.folder(inner)))
    unlink(link)
    symlink("link", link)
    #expect(doubt(link) == .tooManyLinks)
  }

  @Test func onlyAFileIsAFile() {
    #expect(doubt(inner) == .isFolder)
    #expect(doubt("/") == .isFolder)
    #expect(doubt("/dev/null") == .isNotAFile)
    #expect(doubt("\(file)/more") == .isNotAFile)
    #expect(doubt("\(inner)/nothing") == .missing(ENOENT))
    #expect(doubt("\(inner)/nothing")?.description == "no such file")
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to give a file away"))
  func whatIsAnothersIsNot() {
    chown(file, 65534, 65534)
    #expect(doubt(file) == .ofAnotherUser(.file(file), 65534))
    // In a sticky folder it is that user who can replace it.
    chmod(inner, 0o1777)
    #expect(doubt(file) == .ofAnotherUser(.file(file), 65534))
    chown(file, 0, 0)
    symlink("file", "\(inner)/link")
    #expect(doubt("\(inner)/link") == nil)
    lchown("\(inner)/link", 65534, 65534)
    #expect(doubt("\(inner)/link") == .ofAnotherUser(.link("\(inner)/link"), 65534))
    chown(folder, 65534, 65534)
    #expect(doubt(file) == .ofAnotherUser(.folder(folder), 65534))
  }
}

private func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}
