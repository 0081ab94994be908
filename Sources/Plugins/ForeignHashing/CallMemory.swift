/// The memory that calls of one function need: registers, the key, room for what the function writes. One thread's, for
/// one batch of pairs; nothing is allocated per pair.
struct CallMemory {
  /// The key's size in bytes: 4 for the VNI, 8 for the uid.
  static let keySize = 12
  /// How many numbers an `out` has room for.
  static let outputs = 16

  private static let arguments = ForeignSignature.longest
  // In 64-bit words from the beginning: the arguments come first.
  private static let unusedVNI = arguments
  private static let unusedUID = unusedVNI + 1
  private static let keyPlace = unusedUID + 1
  private static let outputPlace = keyPlace + 2
  private static let resultPlace = outputPlace + outputs
  private static let size = resultPlace + 2

  /// The arguments' registers, one word each.
  let registers: UnsafeMutablePointer<UInt64>
  /// The register of the VNI, or a word that nobody reads.
  let vni: UnsafeMutablePointer<UInt64>
  /// The register of the uid, or a word that nobody reads.
  let uid: UnsafeMutablePointer<UInt64>
  let key: UnsafeMutableRawPointer
  let output: UnsafeMutablePointer<UInt64>
  let result: UnsafeMutablePointer<UInt64>
  /// For libffi: where each argument is.
  let places: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  /// Memory that its user must deallocate.
  static func allocate(for function: ForeignFunction) -> CallMemory { CallMemory(function) }

  private init(_ function: ForeignFunction) {
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: Self.size)
    words.initialize(repeating: 0, count: Self.size)
    registers = words
    key = UnsafeMutableRawPointer(words + Self.keyPlace)
    output = words + Self.outputPlace
    result = words + Self.resultPlace
    places = .allocate(capacity: Self.arguments)
    var vni = words + Self.unusedVNI
    var uid = words + Self.unusedUID
    for index in 0..<Self.arguments {
      (places + index).initialize(to: words + index)
    }
    for (index, argument) in function.signature.arguments.enumerated() {
      words[index] = function.constants[index]
      switch argument {
      case .vni: vni = words + index
      case .uid: uid = words + index
      case .bytes: words[index] = UInt64(UInt(bitPattern: key))
      case .output: words[index] = UInt64(UInt(bitPattern: output))
      case .size, .constant, .null, .text: break
      }
    }
    self.vni = vni
    self.uid = uid
  }

  func deallocate() {
    registers.deallocate()
    places.deallocate()
  }

  /// Writes the 12-byte key, VNI and then uid, big-endian.
  @inline(__always)
  func writeKey(_ vni: UInt64, _ uid: UInt64) {
    // In the pieces in which hash functions read it: eight bytes, then four. Read otherwise than it was written, it would
    // have to go through the cache first.
    key.storeBytes(of: (vni << 32 | uid >> 32).bigEndian, as: UInt64.self)
    key.storeBytes(of: UInt32(truncatingIfNeeded: uid).bigEndian, toByteOffset: 8, as: UInt32.self)
  }
}
