/// −log₂ in integers alone, so that every machine computes the same bits; what libm returns differs between machines.
///
/// A fraction y / 2⁵⁶ is brought into 1 ≤ m < 2. One of 256 reciprocals takes m to 1 + z, z < 1/256; then log₂ m is the
/// reciprocal's own logarithm from a table, plus six terms of the series of log₂(1 + z). The result is within 2⁻⁵⁶ of
/// the truth, and never decreases where y does not grow: neighbouring y differ by more than twice the error.
struct FixedPointLogarithm: Sendable {
  /// Of one of the 256 parts of 1 ≤ m < 2: the reciprocal of its lower end, and that reciprocal's −log₂; both in units
  /// of 2⁻⁶³.
  struct Segment: Sendable {
    let reciprocal: UInt64
    let logarithm: UInt64
  }

  /// The 256 parts, ascending.
  static let segments: [Segment] = (0..<256).map { part in
    // Rounded up, so that m times the reciprocal is never below 1.
    let (quotient, remainder) = (256 + UInt64(part)).dividingFullWidth((128, 0))
    let reciprocal = part == 0 ? one : quotient + (remainder == 0 ? 0 : 1)
    return Segment(
      reciprocal: reciprocal, logarithm: part == 0 ? 0 : one - logarithmBySquaring(reciprocal << 1))
  }

  /// −log₂((hash >> 8 + 1) / 2⁵⁶), 0…56, in units of 2⁻⁵⁷.
  @inline(__always)
  static func negative(of hash: UInt64, _ segments: Span<Segment>) -> UInt64 {
    let numerator = (hash >> 8) &+ 1
    let zeros = numerator.leadingZeroBitCount
    let mantissa = numerator << UInt64(zeros)
    let segment = segments[unchecked: Int(truncatingIfNeeded: mantissa >> 55) & 0xFF]
    let product = mantissa.multipliedFullWidth(by: segment.reciprocal)
    // z in units of 2⁻⁷²: the product is in units of 2⁻¹²⁶, and its integer part is 1.
    let z = (product.high &- (1 << 62)) << 10 | product.low >> 54
    var series = sixth
    series = fifth &- high(series, z)
    series = fourth &- high(series, z)
    series = third &- high(series, z)
    series = second &- high(series, z)
    series = first &- high(series, z)
    let fraction = segment.logarithm &+ high(series, z) >> 8
    return UInt64(zeros &- 7) << 57 &- fraction >> 6
  }

  /// `factor` · log₂ e / 2⁷, rounded down.
  static func multiplied(_ factor: UInt64) -> UInt64 { high(factor, first) >> 6 }

  /// 1 in units of 2⁻⁶³.
  private static let one: UInt64 = 1 << 63
  /// log₂ e in units of 2⁻⁶³, and the further coefficients of the series: log₂ e / k, in units of 2⁻⁶³ · 256ᵏ⁻¹.
  private static let first: UInt64 = 0xB8AA_3B29_5C17_F0BC
  private static let second = first / (2 << 8)
  private static let third = first / (3 << 16)
  private static let fourth = first / (4 << 24)
  private static let fifth = first / (5 << 32)
  private static let sixth = first / (6 << 40)

  @inline(__always)
  private static func high(_ first: UInt64, _ second: UInt64) -> UInt64 {
    first.multipliedFullWidth(by: second).high
  }

  /// log₂ of 1 ≤ m < 2, both in units of 2⁻⁶³, one bit per squaring; slow, and exact to the last bit or two.
  private static func logarithmBySquaring(_ mantissa: UInt64) -> UInt64 {
    var mantissa = mantissa
    var logarithm: UInt64 = 0
    for _ in 0..<63 {
      let square = mantissa.multipliedFullWidth(by: mantissa)
      let isTwoOrMore = square.high >> 63 == 1
      mantissa = isTwoOrMore ? square.high : square.high << 1 | square.low >> 63
      logarithm = logarithm << 1 | (isTwoOrMore ? 1 : 0)
    }
    return logarithm
  }
}
