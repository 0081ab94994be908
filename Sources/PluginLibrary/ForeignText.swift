import Glibc

/// A text of a library: at most 64 KiB of it are read, whatever it is is made UTF-8; `nil` for a null pointer.
func foreignText(_ pointer: UnsafePointer<CChar>?) -> String? {
  guard let pointer else { return nil }
  let count = strnlen(pointer, 65536)
  return pointer.withMemoryRebound(to: UInt8.self, capacity: count) {
    String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
  }
}

/// The same as one line of at most 1,000 characters: what would break or forge a line becomes a space.
func foreignLine(_ pointer: UnsafePointer<CChar>?) -> String? {
  foreignText(pointer).map { text in
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(1000).map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}

/// Whether a text is a name as plugins, options and counters have: a-z, 0-9 and dashes, a letter first, at most 32.
func isForeignName(_ text: String) -> Bool {
  guard let first = text.utf8.first, text.utf8.count <= 32 else { return false }
  return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
    && text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
}

/// What `name` should have been, for a complaint.
let foreignNameRule = "a name is a-z, 0-9 and dashes, a letter first, at most 32 characters"
