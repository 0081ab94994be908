import Glibc
import Synchronization

private let chosen = Mutex<FuzzTarget?>(nil)

/// Chooses a target by its name; 0, and a list of them, if there is none of that name.
@_cdecl("wmg_fuzz_choose")
func choose(_ name: UnsafePointer<CChar>) -> CInt {
  let name = String(cString: name)
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    complain(
      "fuzz TARGET …, where the target is one of: " + FuzzTarget.all.map(\.name).joined(separator: " "))
    return 0
  }
  chosen.withLock { $0 = target }
  return 1
}

/// Has the target that was chosen examine an input, and dies if it breaks something.
@_cdecl("wmg_fuzz_examine")
func examine(_ data: UnsafePointer<UInt8>?, _ size: Int) {
  do {
    try chosen.withLock { $0 }?.examine(Array(UnsafeBufferPointer(start: data, count: size)))
  } catch {
    complain("broken: \(error)")
    abort()
  }
}

private func complain(_ text: String) {
  var line = text + "\n"
  line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
