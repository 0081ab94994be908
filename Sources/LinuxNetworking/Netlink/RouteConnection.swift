import Glibc

/// Asks the kernel over rtnetlink and waits for its answers. Belongs to one thread; stays in the namespace of the thread
/// that made it.
public final class RouteConnection {
  private let socket: NetlinkSocket
  private var nextSequence: UInt32 = 1

  // The kernel answers while it is asked; only a dump on an overloaded machine takes longer.
  private static let patience: CInt = 5000

  /// Connects to the kernel.
  ///
  /// - Throws: `SystemCallError`.
  public init() throws {
    socket = try NetlinkSocket()
  }

  /// An empty batch of requests for `perform`.
  public func makeRequests() -> RouteRequests { RouteRequests(firstSequence: nextSequence) }

  /// Sends a batch and hands each answer to `body` with the sequence number of its request, until the last request is
  /// answered. The last one must be of a kind that is always answered: a get, or acknowledged.
  ///
  /// - Throws: `SystemCallError`; ENOBUFS when answers were lost, ETIMEDOUT when the kernel kept silent.
  public func perform(
    _ requests: borrowing RouteRequests, onAnswer body: (_ sequence: UInt32, _ answer: RouteMessage) -> Void
  ) throws {
    guard !requests.isEmpty else { return }
    let first = nextSequence
    let last = requests.nextSequence &- 1
    nextSequence = requests.nextSequence
    try socket.send(requests)
    var isDone = false
    while !isDone {
      let received = try socket.receive { sequence, message in
        // Answers to an earlier batch that was given up must not be taken for this one's.
        guard sequence &- first <= last &- first else { return }
        body(sequence, message)
        if sequence == last { isDone = true }
      }
      if !received, !socket.wait(milliseconds: Self.patience) {
        throw SystemCallError("wait for the kernel's answer by netlink", code: ETIMEDOUT)
      }
    }
  }

  /// All interfaces of the namespace.
  ///
  /// - Throws: `SystemCallError` or `NetlinkError`.
  public func links() throws -> [Link] {
    try dump({ $0.dumpLinks() }) { if case .link(let link) = $0 { link } else { nil } }
  }

  /// All IPv4 addresses of the namespace.
  ///
  /// - Throws: `SystemCallError` or `NetlinkError`.
  public func addresses() throws -> [InterfaceAddress] {
    try dump({ $0.dumpAddresses() }) { if case .address(let address) = $0 { address } else { nil } }
  }

  /// The interface with this name, or `nil`. Its operational state is settled before it is told.
  ///
  /// - Throws: `SystemCallError` or `NetlinkError`.
  public func link(named name: String) throws -> Link? {
    try get { $0.getLink(named: name) }
  }

  /// The interface with this index, or `nil`. Its operational state is settled before it is told.
  ///
  /// - Throws: `SystemCallError` or `NetlinkError`.
  public func link(index: Int32) throws -> Link? {
    try get { $0.getLink(index: index) }
  }

  private func get(_ request: (inout RouteRequests) -> Void) throws -> Link? {
    var requests = makeRequests()
    request(&requests)
    var answer: Link?
    var refusal: NetlinkError?
    try perform(requests) { _, message in
      switch message {
      case .link(let link): answer = link
      case .failed(let error): refusal = error
      default: break
      }
    }
    if let refusal, refusal.code != ENODEV { throw refusal }
    return answer
  }

  private func dump<Element>(
    _ request: (inout RouteRequests) -> Void, _ element: (RouteMessage) -> Element?
  ) throws -> [Element] {
    // A dump that something changed under is repeated, but not for ever on a host that never rests: what it may have
    // missed has just changed, and events tell of that.
    var elements: [Element] = []
    for _ in 0..<8 {
      elements = []
      let isComplete = try dumpOnce(request) { message in
        if let element = element(message) { elements.append(element) }
      }
      if isComplete { break }
    }
    return elements
  }

  private func dumpOnce(
    _ request: (inout RouteRequests) -> Void, _ body: (RouteMessage) -> Void
  ) throws -> Bool {
    var requests = makeRequests()
    request(&requests)
    nextSequence = requests.nextSequence
    let sequence = requests.nextSequence &- 1
    try socket.send(requests)
    var isDone = false
    var isComplete = true
    var refusal: NetlinkError?
    while !isDone {
      let received = try socket.receive { answered, message in
        guard answered == sequence else { return }
        switch message {
        case .dumpDone: isDone = true
        case .dumpInterrupted: isComplete = false
        case .failed(let error):
          refusal = error
          isDone = true
        default: body(message)
        }
      }
      if !received, !socket.wait(milliseconds: Self.patience) {
        throw SystemCallError("wait for the kernel's answer by netlink", code: ETIMEDOUT)
      }
    }
    if let refusal { throw refusal }
    return isComplete
  }
}
