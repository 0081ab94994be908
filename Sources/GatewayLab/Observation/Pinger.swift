import CLinux
import Glibc
import LinuxNetworking
import Synchronization
public import WMGFramework

/// How long a client was without an answer.
public struct PingRecord: Sendable {
  /// Per VNI asked, in the order of `Pinger.asked`: the longest time between two answers, or from the last answer until
  /// now. It is never much below the time between two echo requests, nor above the record's length.
  public let longestSilence: [Duration]
  /// How many answers came.
  public let answers: Int
  /// How many of the VNIs asked have answered within the last five rounds (and at least 50 ms).
  public let answering: Int

  /// The longest silence of all.
  public var longest: Duration { longestSilence.max() ?? .zero }
}

/// Sends an ICMP echo request from the client to the gateway address of every VNI, again and again.
///
/// Of many VNIs only some are asked, evenly spread: each costs an entry in the neighbour tables of the client and of a
/// gateway, and by default the kernel has room for 1,024 in all namespaces together (net.ipv4.neigh.default.gc_thresh3).
/// When that room is gone, even the gateways' broadcasts to each other are dropped, and the senders are not told.
public final class Pinger: Sendable {
  private struct State {
    var lastAnswer: [MonotonicInstant?]
    var recordStart: MonotonicInstant
    var longest: [Duration]
    var answers = 0
  }

  /// The VNIs that are asked, by index.
  public let asked: [Int]

  private let state: Mutex<State>
  private let spacing: Duration
  private static let partSpacing = Duration.milliseconds(10)
  private let thread = Mutex<LoopThread?>(nil)
  private let waker = Mutex<Waker?>(nil)
  private let isStopping = Mutex(false)

  /// Begins to ping.
  ///
  /// - Parameters:
  ///   - network: a network with a client.
  ///   - vnis: the VNIs to ask; `nil` for all of the network's.
  ///   - spacing: the time between two requests to the same VNI. Below 10 ms, all VNIs are asked at once in each round.
  ///   - limit: how many VNIs are asked at most.
  /// - Throws: `LabError`, when there is no client or no raw socket.
  public init(
    _ network: some GatewayNetwork, of vnis: VNISet? = nil, spacing: Duration = .milliseconds(20),
    limit: Int = 100
  ) throws(LabError) {
    guard let client = network.clientNamespace else { throw LabError("this lab has no client") }
    let plan = network.plan
    self.spacing = spacing
    let candidates = vnis.map { $0.compactMap { plan.index(of: $0) } } ?? Array(plan.vnis.indices)
    let count = min(limit, candidates.count)
    asked = (0..<count).map { candidates[$0 * candidates.count / count] }
    state = Mutex(
      State(
        lastAnswer: Array(repeating: nil, count: count), recordStart: BootTimeClock.now,
        longest: Array(repeating: .zero, count: count)))
    do {
      let socket = try NetworkNamespace(named: client).run {
        let type = CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(AF_INET, type, CInt(IPPROTO_ICMP))
        guard socket >= 0 else { throw SystemCallError("open an ICMP socket") }
        return socket
      }
      var bytes: CInt = 4 << 20
      setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<CInt>.size))
      let started = try LoopThread(name: "pinger") { [self] loop in
        waker.withLock { $0 = loop.waker }
        loop.onWake { [unowned loop] in
          if self.isStopping.withLock({ $0 }) { loop.stop() }
        }
        loop.watch(socket) { self.receive(socket, plan) }
        sendPart(socket, plan, loop, from: 0, at: loop.now)
        if !isStopping.withLock({ $0 }) { loop.run() }
        close(socket)
      }
      thread.withLock { $0 = started }
    } catch {
      throw LabError("\(error)", exitCode: 71)
    }
  }

  /// Ends the pinging.
  public func stop() {
    isStopping.withLock { $0 = true }
    waker.withLock { $0 }?.wake()
    thread.withLock { $0 }?.join()
  }

  /// Begins a new record.
  public func beginRecord() {
    state.withLock { state in
      state.recordStart = BootTimeClock.now
      state.longest = Array(repeating: .zero, count: state.longest.count)
      state.answers = 0
    }
  }

  /// What has been recorded since `beginRecord`.
  public func record() -> PingRecord {
    let now = BootTimeClock.now
    return state.withLock { state in
      var longest = state.longest
      for index in longest.indices {
        let since = max(state.lastAnswer[index] ?? state.recordStart, state.recordStart)
        longest[index] = max(longest[index], now - since)
      }
      let recently = now - max(spacing * 5, .milliseconds(50))
      let answering = state.lastAnswer.count { $0.map { $0 >= recently } ?? false }
      return PingRecord(longestSilence: longest, answers: state.answers, answering: answering)
    }
  }

  /// Sends a part of a round, then the next part a moment later, so that the load is even.
  private func sendPart(
    _ socket: CInt, _ plan: AddressPlan, _ loop: EpollLoop, from first: Int, at time: MonotonicInstant
  ) {
    let parts = max(1, Int(spacing.nanoseconds / Self.partSpacing.nanoseconds))
    let end = min(first + (asked.count + parts - 1) / parts, asked.count)
    for place in first..<end {
      sendRequest(socket, to: plan.gatewayAddress(asked[place]), place: UInt32(place))
    }
    // Whatever was missed is not made up for.
    let next = max(time + spacing / parts, loop.now)
    loop.schedule(at: next) { [unowned loop] in
      self.sendPart(socket, plan, loop, from: end == self.asked.count ? 0 : end, at: next)
    }
  }

  private func sendRequest(_ socket: CInt, to address: IPv4Address, place: UInt32) {
    // Type 8, code 0, checksum, then four bytes that come back: they say whom we asked.
    let words = [UInt32(0x0800_0000), place]
    var sum = words.reduce(0) { $0 + ($1 >> 16) + ($1 & 0xFFFF) }
    sum = (sum & 0xFFFF) + (sum >> 16)
    let packet = [(words[0] | (~sum & 0xFFFF)).bigEndian, place.bigEndian]
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_addr.s_addr = address.rawValue.bigEndian
    // While nobody answers ARP this fails; the record shows it.
    _ = withUnsafePointer(to: &target) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(socket, packet, 8, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private func receive(_ socket: CInt, _ plan: AddressPlan) {
    let now = BootTimeClock.now
    var answered: [Int] = []
    var packet = [UInt8](repeating: 0, count: 128)
    while case let count = recv(socket, &packet, packet.count, 0), count >= 28 {
      // IPv4 header of 20 bytes, then type 0: an answer.
      guard packet[0] == 0x45, packet[20] == 0 else { continue }
      let source = packet[12..<16].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let place = Int(packet[24..<28].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
      guard asked.indices.contains(place) else { continue }
      if plan.gatewayAddress(asked[place]).rawValue == source { answered.append(place) }
    }
    state.withLock { state in
      for index in answered {
        let since = max(state.lastAnswer[index] ?? state.recordStart, state.recordStart)
        state.longest[index] = max(state.longest[index], now - since)
        state.lastAnswer[index] = now
        state.answers += 1
      }
    }
  }
}
