import LinuxNetworking

/// What a probe's process prints, a line at a time, so that its end tells how far it got.
struct ProbeTranscript: Hashable {
  /// Whether it is one at all: the first line.
  private(set) var isOne = false
  /// The library's file, once it is loaded.
  private(set) var libraryPath: String?
  /// The scores, in the order of `ProbeKeys.calls`.
  private(set) var scores: [UInt64] = []
  /// Why there are no scores.
  private(set) var failure: ForeignFailure?

  static let heading = "foreign call 1"

  static func line(library path: String) -> String { "library \(path)" }
  static func line(score: UInt64) -> String { "score \(score)" }
  static func line(_ failure: ForeignFailure) -> String { "failure \(failure.option) \(failure.text)" }

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      switch (words.first ?? "", words.count == 2 ? words[1] : "") {
      case _ where line == Self.heading: isOne = true
      case ("library", let path): libraryPath = path
      case ("score", let number):
        if let score = UInt64(number) { scores.append(score) }
      case ("failure", let rest):
        let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
        if parts.count == 2, let option = ForeignFailure.Option(rawValue: parts[0]) {
          failure = ForeignFailure(option, parts[1])
        }
      default: break
      }
    }
  }
}
