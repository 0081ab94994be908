/// A number that a C function takes or returns: `u32` is `uint32_t`, `i32` `int32_t` and `int`, `u64` `uint64_t` and
/// `size_t`, `f64` `double`.
public enum NumberType: String, Hashable, Sendable, CaseIterable {
  case u8, u16, u32, u64, i8, i16, i32, i64, f32, f64

  /// How many bits it has.
  var bits: Int {
    switch self {
    case .u8, .i8: 8
    case .u16, .i16: 16
    case .u32, .i32, .f32: 32
    case .u64, .i64, .f64: 64
    }
  }

  var isFloatingPoint: Bool { self == .f32 || self == .f64 }

  var isSigned: Bool {
    switch self {
    case .i8, .i16, .i32, .i64: true
    default: false
    }
  }

  /// Reads a number of this type; `nil` if the text is none, or if it does not fit. Returns the register's 64 bits:
  /// small integers are extended as C extends them.
  func word(reading text: String) -> UInt64? {
    switch self {
    case .f32:
      return Self.decimal(text).flatMap { Float($0) }.flatMap {
        $0.isFinite ? UInt64($0.bitPattern) : nil
      }
    case .f64:
      return Self.decimal(text).flatMap { Double($0) }.flatMap { $0.isFinite ? $0.bitPattern : nil }
    case .i8, .i16, .i32, .i64:
      guard let number = Self.integer(text, as: Int64.self), number >> (bits - 1) == number >> 63 else {
        return nil
      }
      return UInt64(bitPattern: number)
    case .u8, .u16, .u32, .u64:
      guard let number = Self.integer(text, as: UInt64.self), bits == 64 || number >> bits == 0 else {
        return nil
      }
      return number
    }
  }

  /// The number that `word` made of a text.
  func text(of word: UInt64) -> String {
    switch self {
    case .f32: "\(Float(bitPattern: UInt32(truncatingIfNeeded: word)))"
    case .f64: "\(Double(bitPattern: word))"
    case .i8, .i16, .i32, .i64: "\(Int64(bitPattern: word))"
    case .u8, .u16, .u32, .u64: "\(word)"
    }
  }

  /// Decimal, or hexadecimal as `0x9e37`.
  private static func integer<Number: FixedWidthInteger>(_ text: String, as: Number.Type) -> Number? {
    guard !text.hasPrefix("0x"), !text.hasPrefix("0X") else {
      let digits = text.dropFirst(2)
      return digits.first == "-" || digits.first == "+" ? nil : Number(digits, radix: 16)
    }
    return Number(text)
  }

  /// Without this, Swift would read `nan` and `0x1p3` too.
  private static func decimal(_ text: String) -> String? {
    text.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) } ? text : nil
  }
}
