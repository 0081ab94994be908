import CLibffi

/// A function of a shared library, ready to score pairs of VNI and gateway.
public final class ForeignFunction: @unchecked Sendable {  // Nothing in it changes once it is made.
  /// How the function is called.
  public enum Route: String, Hashable, Sendable {
    /// As a C function of six 64-bit integers: for signatures of integers and pointers only.
    case direct
    /// By libffi, which puts each argument where the machine's calling convention wants it: for all signatures.
    case libffi
  }

  /// What it takes and returns.
  public let signature: ForeignSignature
  /// The library's file, without symbolic links.
  public let libraryPath: String
  /// How it is called.
  public let route: Route
  let entry: UnsafeMutableRawPointer
  let reading: ScoreReading
  /// The arguments' registers, as far as they are the same for all pairs.
  let constants: [UInt64]
  let texts: [UnsafeMutablePointer<CChar>]
  let libffi: LibffiPreparation

  /// Loads the library into this process and finds the function. Its initialisers run, and nothing else.
  ///
  /// - Parameter route: `nil` for the direct call where the signature allows it.
  /// - Throws: an error whose description is one line, when there is no such library or function, or when everyone may
  ///   write to the library.
  public convenience init(
    library: String, symbol: String, signature: ForeignSignature, route: Route? = nil
  ) throws {
    let description = ForeignDescription(library: library, symbol: symbol, signature: signature)
    do {
      try self.init(description, route: route)
    } catch {
      throw description.error(error, in: .settings)
    }
  }

  init(_ description: ForeignDescription, route: Route? = nil) throws(ForeignFailure) {
    let library = try SharedLibrary(description.library)
    let signature = description.signature
    self.signature = signature
    libraryPath = library.path
    entry = try library.function(description.symbol)
    self.route = DirectCall.isPossible && signature.fitsDirectCall ? route ?? .direct : .libffi
    reading = ScoreReading(signature)
    libffi = try LibffiPreparation(signature)
    var texts: [UnsafeMutablePointer<CChar>] = []
    constants = signature.arguments.map { argument in
      switch argument {
      case .constant(_, let word): return word
      case .size: return UInt64(CallMemory.keySize)
      case .text(let text):
        let copy = copyOfText(text)
        texts.append(copy)
        return UInt64(UInt(bitPattern: copy))
      case .vni, .uid, .bytes, .output, .null: return 0
      }
    }
    self.texts = texts
  }

  deinit {
    for text in texts { text.deallocate() }
  }
}

/// A C string of one's own.
private func copyOfText(_ text: String) -> UnsafeMutablePointer<CChar> {
  let bytes = Array(text.utf8CString)
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
  copy.initialize(from: bytes, count: bytes.count)
  return copy
}
