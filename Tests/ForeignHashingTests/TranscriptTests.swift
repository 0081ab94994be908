import Testing

@testable import ForeignHashing

/// What a foreign function's library prints lands in the transcript.
@Suite("Transcripts of probes") struct TranscriptTests {
  @Test(
    "A library may print what it likes",
    arguments: [" ", "  \n \n", "score", "score -1", "failure", "failure x"])
  func whatIsNoneOfOursIsPassedOver(_ printed: String) {
    let transcript = ProbeTranscript("\(ProbeTranscript.heading)\n\(printed)\nscore 7\n")
    #expect(transcript.isOne && transcript.scores == [7] && transcript.failure == nil)
  }
}
