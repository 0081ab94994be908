import SwiftSyntax

/// Text that is put in at one place of a file, instead of some of its bytes or of none.
struct Edit {
  let offset: Int
  let length: Int
  let text: String
  /// At one place, the lesser comes first: what closes an inner expression, then what opens an outer one.
  let rank: Int

  init(at position: AbsolutePosition, remove length: SourceLength = .zero, insert text: String, rank: Int = 0)
  {
    offset = position.utf8Offset
    self.length = length.utf8Length
    self.text = text
    self.rank = rank
  }

  static func apply(_ edits: [Edit], to source: String) -> String {
    let bytes = Array(source.utf8)
    var result: [UInt8] = []
    var place = 0
    // Stable, because two edits of one expression have one rank.
    let ordered = edits.enumerated().sorted {
      ($0.element.offset, $0.element.rank, $0.offset) < ($1.element.offset, $1.element.rank, $1.offset)
    }
    for (_, edit) in ordered {
      result += bytes[place..<edit.offset]
      result += Array(edit.text.utf8)
      place = edit.offset + edit.length
    }
    result += bytes[place...]
    return String(decoding: result, as: UTF8.self)
  }
}
