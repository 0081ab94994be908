/// What a foreign function takes and returns, as text: `u64(bytes,size,u64=0)`.
///
///     signature = RESULT "(" [ argument { "," argument } ] ")"
///     RESULT    = TYPE | "ptr" | "void"
///     argument  = "vni" [ ":" TYPE ]               the VNI; u32 unless said
///               | "uid" [ ":" TYPE ]               the gateway's uid; u64 unless said
///               | "bytes"                          a pointer to the key: VNI, then uid, big-endian, 12 bytes
///               | "size" [ ":" TYPE ]              12, the key's size; u64, which is size_t, unless said
///               | "out" ":" TYPE [ "[" COUNT "]" ] a pointer to room for numbers, the first of which is the score
///               | TYPE "=" NUMBER                  a constant: u64=0, i32=-1, u32=0x9e3779b9, f64=1.5
///               | "ptr" "=" "null"                 a null pointer
///               | TEXT                             a pointer to a constant text, "salt"
///     TYPE      = "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" | "f32" | "f64"
public struct ForeignSignature: Hashable, Sendable {
  /// What the function returns.
  public enum Result: Hashable, Sendable {
    /// The score, unless there is an `out`.
    case number(NumberType)
    /// An address, which is no score.
    case pointer
    /// Nothing.
    case nothing
  }

  /// One argument of the function.
  public enum Argument: Hashable, Sendable {
    case vni(NumberType)
    case uid(NumberType)
    case bytes
    case size(NumberType)
    /// Room for `count` numbers, 1 to 16; the first is the score.
    case output(NumberType, count: Int)
    /// The register's 64 bits.
    case constant(NumberType, word: UInt64)
    case null
    case text(String)
  }

  /// What the function returns.
  public let result: Result
  /// What it takes, in order.
  public let arguments: [Argument]

  /// The most arguments that a signature has.
  public static let longest = 16

  /// Reads a signature.
  ///
  /// - Throws: `SignatureComplaint`, which says where and what is expected there.
  public init(parsing text: String) throws(SignatureComplaint) {
    var parser = SignatureParser(text)
    (result, arguments) = try parser.signature()
    guard arguments.count <= Self.longest else {
      throw SignatureComplaint("must have at most \(Self.longest) arguments")
    }
    guard scoreType != nil else {
      throw SignatureComplaint(
        "must have a number as its result at character 1, or an argument such as out:u64 for the score")
    }
    guard arguments.contains(where: { $0.carriesVNI }) else {
      throw SignatureComplaint("must pass the VNI: as an argument vni, or in bytes")
    }
    guard arguments.contains(where: { $0.carriesUID }) else {
      throw SignatureComplaint("must pass the gateway's uid: as an argument uid, or in bytes")
    }
  }

  /// The type of the number that is the score; `nil` only while a signature is being read.
  var scoreType: NumberType? {
    for case .output(let type, _) in arguments { return type }
    if case .number(let type) = result { return type }
    return nil
  }

  /// Whether the score is written to memory rather than returned.
  var writesScore: Bool {
    arguments.contains { if case .output = $0 { true } else { false } }
  }

  /// Whether all of it goes through integer registers, so that the function can be called as if it took six 64-bit
  /// integers and returned one.
  var fitsDirectCall: Bool {
    if case .number(let type) = result, type.isFloatingPoint { return false }
    return arguments.count <= DirectCall.registers && !arguments.contains { $0.isFloatingPoint }
  }
}

extension ForeignSignature: CustomStringConvertible {
  /// The one canonical spelling: no blanks, all types said.
  public var description: String {
    let result =
      switch result {
      case .number(let type): type.rawValue
      case .pointer: "ptr"
      case .nothing: "void"
      }
    return "\(result)(\(arguments.map(\.description).joined(separator: ",")))"
  }
}

extension ForeignSignature.Argument: CustomStringConvertible {
  /// As it is written in a signature.
  public var description: String {
    switch self {
    case .vni(let type): "vni:\(type.rawValue)"
    case .uid(let type): "uid:\(type.rawValue)"
    case .bytes: "bytes"
    case .size(let type): "size:\(type.rawValue)"
    case .output(let type, let count): count == 1 ? "out:\(type.rawValue)" : "out:\(type.rawValue)[\(count)]"
    case .constant(let type, let word): "\(type.rawValue)=\(type.text(of: word))"
    case .null: "ptr=null"
    case .text(let text):
      "\"\(text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined())\""
    }
  }

  var carriesVNI: Bool {
    switch self {
    case .vni, .bytes: true
    default: false
    }
  }

  var carriesUID: Bool {
    switch self {
    case .uid, .bytes: true
    default: false
    }
  }

  var isFloatingPoint: Bool {
    switch self {
    case .vni(let type), .uid(let type), .size(let type), .constant(let type, _): type.isFloatingPoint
    case .bytes, .output, .null, .text: false
    }
  }
}

/// What is wrong with the text of a signature.
public struct SignatureComplaint: Error, Hashable, Sendable, CustomStringConvertible {
  /// Completes "the signature …": `must have ',' or ')' at character 10`.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
