import Synchronization
import Testing
import WMGFramework
import WMGFrameworkTesting

/// Strategies that are wrong in one way each: the examination has to find it.
@Suite struct ExaminationTests {
  struct Wrong: ScoringStrategy {
    let property: StrategyProperty
    let calls = CallCounter()

    func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
      for index in vnis.indices { scores[index] = ~gateways[index].rawValue }
    }

    func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
      let call = calls.next()
      for index in vnis.indices {
        switch property {
        case .determinism: owners[index] = UInt16(call % gateways.count)
        case .totality: if index != 3 { owners[index] = 0 }
        case .independence: owners[index] = UInt16(vnis.count % gateways.count)
        case .agreement: owners[index] = UInt16(gateways.count - 1)
        case .disruption, .unequalViews: owners[index] = UInt16(gateways.count / 2)
        case .balance: owners[index] = 0
        }
      }
    }
  }

  final class CallCounter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
      count.withLock { count in
        count += 1
        return count
      }
    }
  }

  static let everything = StrategyPromises(balance: 1.2, disruption: .minimal, hasCommonRanking: true)

  @Test("Each kind of fault is found, and found again by its seed", arguments: StrategyProperty.allCases)
  func faultsAreFound(_ property: StrategyProperty) throws {
    let examination = StrategyExamination(
      Wrong(property: property), promises: Self.everything, fleets: 100, seed: 7)
    let fault = try #require(examination.faults().first { $0.property == property })
    #expect(fault.description.contains("(seed 7, fleet \(fault.fleet))"))
    if property != .determinism {
      #expect(examination.firstFault(of: property) == fault)
    }
  }

  @Test("A strategy that promises nothing is held to what all must do")
  func nothingPromised() {
    let examination = StrategyExamination(
      Wrong(property: .balance), promises: StrategyPromises(), fleets: 100)
    #expect(examination.properties == [.determinism, .totality, .agreement])
    #expect(examination.faults().isEmpty)
  }

  @Test("The digest is of the owners, not of the examination")
  func digest() {
    let first = StrategyExamination(Wrong(property: .balance), promises: StrategyPromises(), fleets: 1)
    let second = StrategyExamination(
      Wrong(property: .balance), promises: Self.everything, fleets: 9, seed: 5)
    let other = StrategyExamination(Wrong(property: .agreement), promises: StrategyPromises(), fleets: 1)
    #expect(first.digest() == second.digest())
    #expect(first.digest() != other.digest())
  }
}
