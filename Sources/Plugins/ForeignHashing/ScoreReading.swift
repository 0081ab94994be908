/// How a function's result becomes a score: an unsigned number that is the greater, the greater the result is by the
/// order of its own type.
struct ScoreReading {
  /// The bits that count.
  let mask: UInt64
  /// Turns the sign bit round, so that negative numbers come before the others.
  let flip: UInt64
  private let type: NumberType
  /// Where it stands: in memory, or in the register that results are returned in.
  let isInMemory: Bool
  /// `f32` or `f64`; `nil` for integers.
  let floatingPoint: NumberType?

  init(_ signature: ForeignSignature) {
    let type = signature.scoreType ?? .u64
    self.type = type
    mask = type.bits == 64 ? .max : 1 << type.bits - 1
    flip = type.isSigned ? 1 << (type.bits - 1) : 0
    isInMemory = signature.writesScore
    floatingPoint = type.isFloatingPoint ? type : nil
  }

  /// The score that a register or a word of memory holds.
  @inline(__always)
  func score(_ word: UInt64) -> UInt64 {
    switch floatingPoint {
    case nil: word & mask ^ flip
    case .f32?: Self.score(Double(Float(bitPattern: UInt32(truncatingIfNeeded: word))))
    case .some: Self.score(Double(bitPattern: word))
    }
  }

  /// What the function returned or wrote for a score to come of it, as text. Of zeros and NaNs it is one of many.
  func result(of score: UInt64) -> String {
    switch floatingPoint {
    case nil:
      let bits = score ^ flip
      let isNegative = type.isSigned && bits & flip != 0
      return type.text(of: isNegative ? bits | ~mask : bits)
    case .some where score == Self.notANumber: return "NaN"
    case .some(let type):
      let value = Double(bitPattern: score >> 63 == 1 ? score & ~(1 << 63) : ~score)
      return type == .f32 ? "\(Float(value))" : "\(value)"
    }
  }

  /// The score of what is not a number; no number has it, not even −∞.
  static let notANumber: UInt64 = 0

  /// Floating-point numbers in their order, −0 as 0.
  static func score(_ value: Double) -> UInt64 {
    guard !value.isNaN else { return notANumber }
    // Adding 0 makes −0 into 0.
    let bits = (value + 0).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }
}
