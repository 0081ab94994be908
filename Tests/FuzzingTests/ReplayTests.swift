import Foundation
import Testing

/// The corpora, each input examined as `make fuzz` does: what was once found stays found.
@Suite("Corpora of the fuzzing targets", .serialized) struct ReplayTests {
  /// The corpora, as they lie in the sources.
  static let corpora = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Corpora")

  static func inputs(of target: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: corpora.appending(path: target), includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }

  @Test(arguments: FuzzTarget.all.map(\.name)) func everyInputIsStood(_ name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let inputs = try Self.inputs(of: name)
    #expect(!inputs.isEmpty, "a corpus in \(Self.corpora.path)/\(name)")
    for input in inputs {
      #expect(throws: Never.self, "\(input.lastPathComponent)") {
        try target.examine([UInt8](try Data(contentsOf: input)))
      }
    }
  }

  @Test func everyCorpusHasATargetAndAllAreSmall() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpora.path)
    #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    let sizes = try folders.flatMap { try Self.inputs(of: $0) }.map { try Data(contentsOf: $0).count }
    #expect(sizes.reduce(0, +) < 100_000)
  }

  @Test("What is wrong is seen")
  func aBrokenPropertyIsThrown() {
    #expect(throws: BrokenProperty.self) { try demand(false, "so it should be") }
  }
}
