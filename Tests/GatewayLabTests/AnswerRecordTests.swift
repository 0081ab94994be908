import Testing
import WMGFramework

@testable import GatewayLab

@Suite struct AnswerRecordTests {
  private let start = MonotonicInstant(nanoseconds: 1_000_000_000)

  private func at(_ milliseconds: Int) -> MonotonicInstant { start + .milliseconds(milliseconds) }

  private func request(_ number: UInt32, sentAt milliseconds: Int) -> EchoRequest {
    EchoRequest(place: 3, number: number, sentAt: at(milliseconds))
  }

  @Test func lostRequestsAreASilenceFromTheLastAnswerToTheNext() {
    var record = AnswerRecord()
    record.requests = 5
    let isTaken1 = record.take(request(1, sentAt: 0), receivedAt: at(1), recordStart: start)
    #expect(isTaken1)
    let isTaken2 = record.take(request(5, sentAt: 8), receivedAt: at(9), recordStart: start)
    #expect(isTaken2)
    #expect(record.longestSilence(since: start, until: at(10)) == .milliseconds(8))
  }

  @Test func aClientThatDoesNotAskIsOwedNoAnswer() {
    var record = AnswerRecord()
    record.requests = 2
    _ = record.take(request(1, sentAt: 0), receivedAt: at(1), recordStart: start)
    _ = record.take(request(2, sentAt: 90), receivedAt: at(93), recordStart: start)
    #expect(record.longestSilence(since: start, until: at(500)) == .milliseconds(3))
  }

  @Test func aSilenceThatLastsCountsUntilNow() {
    var record = AnswerRecord()
    record.requests = 2
    _ = record.take(request(1, sentAt: 0), receivedAt: at(1), recordStart: start)
    #expect(record.longestSilence(since: start, until: at(4)) == .milliseconds(1))
    record.requests = 3
    #expect(record.longestSilence(since: start, until: at(40)) == .milliseconds(39))
  }

  @Test func whatHappenedBeforeTheRecordIsNotInIt() {
    var record = AnswerRecord()
    record.requests = 9
    #expect(record.longestSilence(since: at(100), until: at(120)) == .milliseconds(20))
    _ = record.take(request(9, sentAt: 129), receivedAt: at(130), recordStart: at(100))
    #expect(record.longest == .milliseconds(30))
  }

  @Test func anAnswerThatWasOvertakenIsNoNews() {
    var record = AnswerRecord()
    record.requests = 2
    let isTaken3 = record.take(request(2, sentAt: 2), receivedAt: at(3), recordStart: start)
    #expect(isTaken3)
    let isTaken4 = record.take(request(1, sentAt: 0), receivedAt: at(50), recordStart: start)
    #expect(!isTaken4)
    #expect(record.lastAnswer == at(3))
  }

  @Test func anAnswerBringsTheRequestBack() throws {
    let request = request(7, sentAt: 12)
    var packet = request.packet
    let words = stride(from: 0, to: packet.count, by: 2).map {
      UInt32(packet[$0]) << 8 | UInt32(packet[$0 + 1])
    }
    var sum = words.reduce(0, +)
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
    #expect(sum == 0xFFFF, "RFC 1071")
    packet[0] = 0
    var header = [UInt8](repeating: 0, count: 20)
    header[0] = 0x45
    header.replaceSubrange(12..<16, with: [10, 0, 0, 1])
    let answer = try #require(EchoRequest.answered(by: (header + packet)[...]))
    #expect(answer.request == request)
    #expect(answer.source == IPv4Address(rawValue: 0x0A00_0001))
    #expect(EchoRequest.answered(by: (header + packet).dropLast()) == nil)
  }
}
