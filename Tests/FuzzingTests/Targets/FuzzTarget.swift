/// A reader of bytes that come from outside, and what must be so of whatever it makes of them.
///
/// `swift test` replays the corpora; `make fuzz` has libFuzzer look for bytes that break something.
struct FuzzTarget: Sendable {
  /// As its corpus is called.
  let name: String
  /// Reads an input and looks at what comes of it.
  ///
  /// - Throws: `BrokenProperty`.
  let examine: @Sendable (_ input: [UInt8]) throws -> Void

  /// All of them.
  static let all: [FuzzTarget] = [
    .advertisement, .announcement, .configuration, .control, .guardian, .library, .logLine, .netlink,
    .options, .programs, .signature, .toml, .vniSet, .vtysh,
  ]
}

/// What should have been so.
struct BrokenProperty: Error, CustomStringConvertible {
  let description: String
}

/// Demands that something is so.
func demand(_ condition: Bool, _ property: @autoclosure () -> String) throws(BrokenProperty) {
  if !condition { throw BrokenProperty(description: property()) }
}

/// A text from outside, whatever the bytes are.
func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
