/// A set of VNIs, kept as sorted ranges that neither overlap nor touch: `1-100,200,300-399`.
///
/// A set of all 16,777,215 VNIs is one range; nothing is stored per VNI.
public struct VNISet: Hashable, Sendable {
  /// The ranges in ascending order, disjoint, with at least one VNI between two of them.
  public private(set) var ranges: [ClosedRange<VNI>]

  /// The empty set.
  public init() {
    ranges = []
  }

  /// One range.
  public init(_ range: ClosedRange<VNI>) {
    ranges = [range]
  }

  /// The union of `ranges`, which may overlap and come in any order.
  public init(_ ranges: some Sequence<ClosedRange<VNI>>) {
    self.ranges = Self.merged(ranges.sorted { $0.lowerBound < $1.lowerBound })
  }

  /// The set of single `vnis`, which may repeat and come in any order.
  public init(_ vnis: some Sequence<VNI>) {
    self.init(vnis.map { $0...$0 })
  }

  /// How many VNIs are in the set.
  public var count: Int {
    ranges.reduce(0) { $0 + Int($1.upperBound.rawValue - $1.lowerBound.rawValue) + 1 }
  }

  /// Whether the set has no VNI.
  public var isEmpty: Bool { ranges.isEmpty }

  /// Whether `vni` is in the set; a binary search over the ranges.
  public func contains(_ vni: VNI) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < vni { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(vni)
  }

  private static func merged(_ sorted: [ClosedRange<VNI>]) -> [ClosedRange<VNI>] {
    var result: [ClosedRange<VNI>] = []
    for range in sorted {
      if let last = result.last, range.lowerBound.rawValue <= last.upperBound.rawValue + 1 {
        result[result.count - 1] = last.lowerBound...Swift.max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}

extension VNISet: Sequence {
  /// Walks the set in ascending order.
  public struct Iterator: IteratorProtocol {
    private var remaining: ArraySlice<ClosedRange<VNI>>
    private var next_: UInt32

    init(_ ranges: [ClosedRange<VNI>]) {
      remaining = ranges[...]
      next_ = ranges.first?.lowerBound.rawValue ?? 0
    }

    /// The next VNI, or `nil` at the end.
    public mutating func next() -> VNI? {
      guard let range = remaining.first else { return nil }
      let vni = VNI(unchecked: next_)
      if vni == range.upperBound {
        remaining = remaining.dropFirst()
        next_ = remaining.first?.lowerBound.rawValue ?? 0
      } else {
        next_ += 1
      }
      return vni
    }
  }

  /// An iterator over the VNIs in ascending order.
  public func makeIterator() -> Iterator { Iterator(ranges) }

  /// How many VNIs there are: exact, so that `Array(set)` allocates once.
  public var underestimatedCount: Int { count }
}

extension VNISet: CustomStringConvertible {
  /// The ranges as they are written on a command line: `1-100,200`.
  public var description: String {
    ranges.map {
      $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }.joined(separator: ",")
  }
}

/// Why a text is not a VNI set.
public enum VNISetError: Error, Equatable, CustomStringConvertible {
  /// There is nothing between two commas, or nothing at all.
  case emptyElement
  /// This element is not a number, nor two numbers with a dash between them.
  case notANumber(String)
  /// This number is not in 1…16,777,215.
  case outOfRange(String)
  /// This range ends before it begins.
  case descending(String)

  /// One line: what is wrong and what is right.
  public var description: String {
    switch self {
    case .emptyElement:
      "a VNI is missing; write VNIs and ranges with commas between them, such as 1-100,200"
    case .notANumber(let text):
      "'\(text)' is not a VNI or a range; write numbers such as 200 or 1-100"
    case .outOfRange(let text):
      "VNI \(text) is out of range; a VNI is 1 to 16777215"
    case .descending(let text):
      "range '\(text)' ends before it begins; write the lower VNI first"
    }
  }
}

extension VNISet {
  /// Reads `1-100,200,300-399`. Spaces around numbers are allowed; overlaps are merged.
  ///
  /// - Throws: `VNISetError`.
  public init(parsing text: some StringProtocol) throws(VNISetError) {
    var ranges: [ClosedRange<VNI>] = []
    for element in text.split(separator: ",", omittingEmptySubsequences: false) {
      let trimmed = String(element.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      guard !trimmed.isEmpty else { throw .emptyElement }
      let bounds = trimmed.split(separator: "-", omittingEmptySubsequences: false)
      guard bounds.count <= 2 else { throw .notANumber(trimmed) }
      let lower = try Self.vni(bounds[0], of: trimmed)
      let upper = bounds.count == 2 ? try Self.vni(bounds[1], of: trimmed) : lower
      guard lower <= upper else { throw .descending(trimmed) }
      ranges.append(lower...upper)
    }
    self.init(ranges)
  }

  private static func vni(_ text: Substring, of element: String) throws(VNISetError) -> VNI {
    var digits = text.drop { $0 == " " }
    while digits.last == " " { digits.removeLast() }
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw .notANumber(element)
    }
    guard let number = UInt32(digits), let vni = VNI(rawValue: number) else {
      throw .outOfRange(String(digits))
    }
    return vni
  }
}
