import CLinux
import Glibc
import LinuxNetworking
import Synchronization
public import WMGFramework

/// How long a client was without an answer.
public struct PingRecord: Sendable {
  /// Per VNI asked, in the order of `Pinger.asked`: the longest time without an answer, from the last answer before a
  /// request that got none until the next answer, or until now; where no request was lost, the longest round trip. Times
  /// are the kernel's, and while the pinger itself does not come to ask, nobody owes it an answer.
  public let longestSilence: [Duration]
  /// The longest time for which the pinger did not come to ask, for want of a processor.
  public let longestPause: Duration
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
    var clients: [AnswerRecord]
    var recordStart: MonotonicInstant
    var answers = 0
    var lastRound: MonotonicInstant?
    var longestPause = Duration.zero
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
      State(clients: Array(repeating: AnswerRecord(), count: count), recordStart: BootTimeClock.now))
    do {
      let socket = try NetworkNamespace(named: client).run {
        let type = CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(AF_INET, type, CInt(IPPROTO_ICMP))
        guard socket >= 0 else { throw SystemCallError("open an ICMP socket") }
        return socket
      }
      guard wmg_set_socket_option(socket, SO_TIMESTAMPNS, 1) == 0 else {
        throw SystemCallError("stamp what an ICMP socket receives")
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
      for index in state.clients.indices { state.clients[index].longest = .zero }
      state.answers = 0
      state.longestPause = .zero
    }
  }

  /// What has been recorded since `beginRecord`.
  public func record() -> PingRecord {
    let now = BootTimeClock.now
    return state.withLock { state in
      let longest = state.clients.map { $0.longestSilence(since: state.recordStart, until: now) }
      let recently = now - max(spacing * 5, .milliseconds(50))
      let answering = state.clients.count { $0.lastAnswer.map { $0 >= recently } ?? false }
      return PingRecord(
        longestSilence: longest, longestPause: state.longestPause, answers: state.answers,
        answering: answering)
    }
  }

  /// Sends a part of a round, then the next part a moment later, so that the load is even.
  private func sendPart(
    _ socket: CInt, _ plan: AddressPlan, _ loop: EpollLoop, from first: Int, at time: MonotonicInstant
  ) {
    let parts = max(1, Int(spacing.nanoseconds / Self.partSpacing.nanoseconds))
    let end = min(first + (asked.count + parts - 1) / parts, asked.count)
    let now = loop.now
    let numbers = state.withLock { state in
      if first == 0 {
        if let last = state.lastRound {
          state.longestPause = max(state.longestPause, now - max(last, state.recordStart))
        }
        state.lastRound = now
      }
      return (first..<end).map { place in
        state.clients[place].requests &+= 1
        return state.clients[place].requests
      }
    }
    for (place, number) in zip(first..<end, numbers) {
      let request = EchoRequest(place: UInt32(place), number: number, sentAt: loop.now)
      send(request, by: socket, to: plan.gatewayAddress(asked[place]))
    }
    // Whatever was missed is not made up for.
    let next = max(time + spacing / parts, loop.now)
    loop.schedule(at: next) { [unowned loop] in
      self.sendPart(socket, plan, loop, from: end == self.asked.count ? 0 : end, at: next)
    }
  }

  private func send(_ request: EchoRequest, by socket: CInt, to address: IPv4Address) {
    let packet = request.packet
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_addr.s_addr = address.rawValue.bigEndian
    // While nobody answers ARP this fails; the record shows it.
    _ = withUnsafePointer(to: &target) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(socket, packet, packet.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private func receive(_ socket: CInt, _ plan: AddressPlan) {
    // The kernel stamps packets with the wall clock; what lies between the clocks is measured for each batch.
    var wall = timespec()
    clock_gettime(CLOCK_REALTIME, &wall)
    let offset = BootTimeClock.now.nanoseconds - Int64(wall.tv_sec) * 1_000_000_000 - Int64(wall.tv_nsec)
    var answers: [(request: EchoRequest, receivedAt: MonotonicInstant)] = []
    var packet = [UInt8](repeating: 0, count: 128)
    var interface: CInt = 0
    var time: Int64 = 0
    while case let count = wmg_receive_captured(socket, &packet, packet.count, &interface, &time), count > 0 {
      guard let (request, source) = EchoRequest.answered(by: packet[..<min(count, packet.count)]),
        asked.indices.contains(Int(request.place)),
        plan.gatewayAddress(asked[Int(request.place)]) == source
      else { continue }
      answers.append((request, MonotonicInstant(nanoseconds: time + offset)))
    }
    state.withLock { state in
      for (request, receivedAt) in answers {
        let isNew = state.clients[Int(request.place)].take(
          request, receivedAt: receivedAt, recordStart: state.recordStart)
        state.answers += isNew ? 1 : 0
      }
    }
  }
}
