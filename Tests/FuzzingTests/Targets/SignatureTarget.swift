@testable import ForeignHashing

extension FuzzTarget {
  /// Signatures of foreign functions (`foreign.signature`), as far as a call of libffi is prepared.
  static let signature = FuzzTarget(name: "signature") { input in
    let text = text(input)
    let signature: ForeignSignature
    do throws(SignatureComplaint) {
      signature = try ForeignSignature(parsing: text)
    } catch {
      try demand(
        places(in: error.description).allSatisfy { (1...text.count + 1).contains($0) },
        "a complaint is about a place in the text: \(error)")
      return
    }
    try demand(signature.arguments.count <= ForeignSignature.longest, "there are at most 16 arguments")
    try demand(signature.scoreType != nil, "there is a score")
    for case .output(_, let count) in signature.arguments {
      try demand((1...CallMemory.outputs).contains(count), "an output has room for \(count) numbers")
    }
    let written = signature.description
    try demand((try? ForeignSignature(parsing: written)) == signature, "'\(written)' is read back")
    _ = try LibffiPreparation(signature)
  }

  private static func places(in complaint: String) -> [Int] {
    let words = complaint.split(separator: " ")
    return zip(words, words.dropFirst()).compactMap { $0 == "character" ? Int($1) : nil }
  }
}
