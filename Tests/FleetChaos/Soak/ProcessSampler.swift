package import GatewayLab
import LinuxNetworking
import Synchronization
import WMGFramework

/// Looks at every daemon of a lab once a second.
package final class ProcessSampler: Sendable {
  private struct State {
    var series: [SampleSeries] = []
    var firstSeen: [Int32: MonotonicInstant] = [:]
  }

  private let state = Mutex(State())
  private let isStopping = Mutex(false)
  private let thread = Mutex<LoopThread?>(nil)

  /// Begins to sample.
  ///
  /// - Throws: `SystemCallError`, when the thread cannot be started.
  package init(_ network: LabNetwork) throws {
    let started = try LoopThread(name: "sampler") { [self] loop in
      tick(network, loop, at: loop.now)
      loop.run()
    }
    thread.withLock { $0 = started }
  }

  package var series: [SampleSeries] { state.withLock { $0.series } }

  /// Ends the sampling, within a second.
  package func stop() {
    isStopping.withLock { $0 = true }
    thread.withLock { $0 }?.join()
  }

  private func tick(_ network: LabNetwork, _ loop: EpollLoop, at time: MonotonicInstant) {
    loop.schedule(at: time) { [unowned loop] in
      guard !self.isStopping.withLock({ $0 }) else {
        loop.stop()
        return
      }
      for gateway in network.gateways { self.sample(gateway, at: time) }
      self.tick(network, loop, at: max(time + .seconds(1), loop.now))
    }
  }

  private func sample(_ gateway: LabGateway, at time: MonotonicInstant) {
    guard let daemon = gateway.daemon, daemon.isRunning, let sample = ProcessSample(of: daemon.pid) else {
      return
    }
    state.withLock { state in
      let firstSeen = state.firstSeen[daemon.pid] ?? time
      state.firstSeen[daemon.pid] = firstSeen
      let known = state.series.lastIndex { $0.process == daemon.pid }
      if known == nil { state.series.append(SampleSeries(name: gateway.name, process: daemon.pid)) }
      state.series[known ?? state.series.count - 1].add(sample, at: time - firstSeen)
    }
  }
}
