import CWMGPlugin
import Logging
import Synchronization
import WMGFramework

/// An instance of a library's strategy: the C functions, and what they keep.
///
/// The header demands that they can be called from several threads at once; nothing else is changed after `init`.
final class LibraryStrategyInstance: Sendable {
  // The library's functions, which may be called from any thread.
  nonisolated(unsafe) let table: wmgwd2_strategy
  // Set in `init` alone.
  nonisolated(unsafe) private(set) var pointer: UnsafeMutableRawPointer?
  private let host: LibraryHost
  private let arguments: LibraryArguments
  private let isCreated: Bool
  private let hasComplained = Atomic(false)

  /// - Throws: `PluginError`, with what the library says.
  init(_ name: String, _ table: wmgwd2_strategy, _ arguments: LibraryArguments, _ host: LibraryHost) throws {
    self.table = table
    self.host = host
    self.arguments = arguments
    var made: UnsafeMutableRawPointer?
    try callLibrary(name, .strategy) { reason, size in
      table.create?(host.table, arguments.gateway, arguments.values, &made, reason, size) ?? 0
    }
    pointer = made
    isCreated = true
  }

  deinit { if isCreated { table.destroy?(pointer) } }

  /// The full pass: one call of C.
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    vnis.withRawValues { vnis in
      gateways.withRawValues { gateways in
        owners.withUnsafeMutableBufferPointer { owners in
          table.assign(
            pointer, vnis.baseAddress, vnis.count, gateways.baseAddress, gateways.count, owners.baseAddress)
          bound(owners, below: gateways.count)
        }
      }
    }
  }

  /// The score of each pair: one call of C.
  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    precondition(
      vnis.count == gateways.count && vnis.count == scores.count, "one VNI, gateway and score per pair")
    vnis.withRawValues { vnis in
      gateways.withRawValues { gateways in
        scores.withUnsafeMutableBufferPointer { scores in
          table.score(pointer, vnis.baseAddress, gateways.baseAddress, vnis.count, scores.baseAddress)
        }
      }
    }
  }

  func advice(for gateways: Span<GatewayID>) -> String? {
    guard let advise = table.advise else { return nil }
    return gateways.withRawValues { gateways in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
        buffer.initialize(repeating: 0)
        let hasAdvice = advise(
          pointer, gateways.baseAddress, gateways.count, buffer.baseAddress, buffer.count)
        buffer[buffer.count - 1] = 0
        return hasAdvice == 0 ? nil : foreignLine(buffer.baseAddress)
      }
    }
  }

  private func bound(_ owners: UnsafeMutableBufferPointer<UInt16>, below count: Int) {
    // One pass without a branch, which the compiler makes vectors of; the second one is for a library that is wrong.
    var greatest: UInt16 = 0
    for owner in owners { greatest = max(greatest, owner) }
    guard greatest >= count else { return }
    for index in owners.indices where owners[index] >= count { owners[index] = 0 }
    guard !hasComplained.exchange(true, ordering: .relaxed) else { return }
    host.logger.error(
      "the strategy names owners that are not there; their VNIs go to the gateway of the lowest uid",
      metadata: ["index": "\(greatest)", "gateways": "\(count)"])
  }
}

/// A strategy of a library that assigns and cannot score.
struct LibraryStrategy: AssignmentStrategy {
  let instance: LibraryStrategyInstance

  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    instance.assign(vnis, to: gateways, owners: &owners)
  }

  func advice(for gateways: Span<GatewayID>) -> String? { instance.advice(for: gateways) }
}

/// A strategy of a library that does both.
struct LibraryScoringStrategy: ScoringStrategy {
  let instance: LibraryStrategyInstance

  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    instance.assign(vnis, to: gateways, owners: &owners)
  }

  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    instance.score(vnis, gateways, into: &scores)
  }

  func advice(for gateways: Span<GatewayID>) -> String? { instance.advice(for: gateways) }
}

/// A strategy of a library that only scores; the framework finds the greatest.
struct LibraryScores: ScoringStrategy {
  let instance: LibraryStrategyInstance

  func score(_ vnis: Span<VNI>, _ gateways: Span<GatewayID>, into scores: inout MutableSpan<UInt64>) {
    instance.score(vnis, gateways, into: &scores)
  }

  func advice(for gateways: Span<GatewayID>) -> String? { instance.advice(for: gateways) }
}

extension Span<VNI> {
  /// The VNIs as C has them: a `VNI` is a bare `UInt32`.
  fileprivate func withRawValues<Result>(_ body: (UnsafeBufferPointer<UInt32>) -> Result) -> Result {
    withUnsafeBufferPointer { $0.withMemoryRebound(to: UInt32.self, body) }
  }
}

extension Span<GatewayID> {
  /// The uids as C has them: a `GatewayID` is a bare `UInt64`.
  fileprivate func withRawValues<Result>(_ body: (UnsafeBufferPointer<UInt64>) -> Result) -> Result {
    withUnsafeBufferPointer { $0.withMemoryRebound(to: UInt64.self, body) }
  }
}
