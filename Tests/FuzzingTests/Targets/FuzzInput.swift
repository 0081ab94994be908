/// Takes an input apart from its front; when it is used up, all that is taken is 0 or empty.
struct FuzzInput {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isEmpty: Bool { rest.isEmpty }

  /// All that is left.
  var remainder: ArraySlice<UInt8> { rest }

  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// A number, its lowest byte first.
  mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number {
    var number: Number = 0
    for place in 0..<Number.bitWidth / 8 { number |= Number(truncatingIfNeeded: byte()) << Number(8 * place) }
    return number
  }

  /// As many bytes as the next byte says, as far as there are.
  mutating func bytes() -> ArraySlice<UInt8> {
    let count = Int(byte())
    let taken = rest.prefix(count)
    rest = rest.dropFirst(taken.count)
    return taken
  }
}
