import CLinux
import Glibc
import LinuxNetworking

/// A shared library in this process. It stays until the process ends: nobody can tell whether it has left something
/// running.
struct SharedLibrary {
  /// The file that was found, without symbolic links.
  let path: String
  private let handle: UnsafeMutableRawPointer

  /// Loads a library by its soname (`libxxhash.so.0`), which is looked for as the system's loader does, or by its path.
  ///
  /// Its initialisers run here: only a probe's process does this for the first time.
  ///
  /// - Throws: `ForeignFailure` when there is no such library, or when others than its owner may write to it.
  init(_ name: String) throws(ForeignFailure) {
    // A path can be judged before anything of it runs; a soname only where it was found.
    if name.contains("/") { _ = try Self.trusted(name) }
    guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
      let fix = name.contains("/") ? "" : "; install its package, or give its path"
      throw ForeignFailure(.library, Self.lastError(about: name) + fix)
    }
    guard let found = wmg_library_path(handle).map({ String(cString: $0) }), !found.isEmpty else {
      throw ForeignFailure(.library, "it cannot be told in which file it was found")
    }
    path = try Self.trusted(found).path
    self.handle = handle
  }

  /// Where a function begins.
  ///
  /// - Throws: `ForeignFailure` when the library has none of that name.
  func function(_ symbol: String) throws(ForeignFailure) -> UnsafeMutableRawPointer {
    guard let entry = dlsym(handle, symbol) else {
      throw ForeignFailure(
        .symbol, "\(path) has no such function; 'nm -D --defined-only \(path)' lists those it has")
    }
    return entry
  }

  private static func trusted(_ path: String) throws(ForeignFailure) -> TrustedFile {
    do throws(TrustedFile.Doubt) {
      return try TrustedFile(path)
    } catch {
      let fix =
        switch error {
        case .missing, .isNotAFile, .tooManyLinks: ""
        case .isFolder: "; name the library itself"
        case .ofAnotherUser(let place, _): "; 'chown root \(place.path)'"
        case .writableByEveryone(let place): "; 'chmod o-w \(place.path)', or move the library"
        }
      throw ForeignFailure(.library, "\(error)\(fix)")
    }
  }

  private static func lastError(about name: String) -> String {
    let text = dlerror().map { String(cString: $0) } ?? "it cannot be loaded"
    return text.hasPrefix("\(name): ") ? String(text.dropFirst(name.count + 2)) : text
  }
}
