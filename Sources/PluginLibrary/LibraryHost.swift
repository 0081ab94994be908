import CLinux
import CWMGPlugin
import Glibc
import LinuxNetworking
import Logging
import Synchronization
import WMGFramework

/// The daemon as one instance of a library's plugin sees it, behind `wmgwd2_host`.
///
/// Its functions may be called from any thread. What comes on the plugin's own thread is told at once; what comes on
/// another waits in a `LibraryNews`, merged, until the plugin's loop has been woken. An instance is never freed, so that
/// a library's thread that comes late finds it closed rather than gone.
final class LibraryHost: Sendable {
  /// What the library calls. Never changed once it is made, and never freed.
  nonisolated(unsafe) let table: UnsafePointer<wmgwd2_host>
  let logger: Logger
  private let counters: Counters?
  private let lease: AdvertisingLease?
  /// What may be reported on: all VNIs that this gateway has had.
  private let vnis: Mutex<VNISet>
  private let counterNames = Mutex<Set<String>>([])
  private let complaints = Mutex<Set<String>>([])
  private let waiting = Mutex(Waiting())
  /// Touched on the plugin's thread alone, as is all that it leads to.
  nonisolated(unsafe) private var desk: LibraryDesk?

  private struct Waiting: Sendable {
    var news = LibraryNews()
    /// How many commands the library has got.
    var command: UInt64 = 0
    var thread: pthread_t?
    var waker: CInt = -1
  }

  /// A host for a plugin without a thread of its own, unless it is opened.
  init(
    _ configuration: GatewayConfiguration, logger: Logger, counters: Counters? = nil,
    lease: AdvertisingLease? = nil
  ) {
    vnis = Mutex(configuration.vnis)
    self.logger = logger
    self.counters = counters
    self.lease = lease
    let table = UnsafeMutablePointer<wmgwd2_host>.allocate(capacity: 1)
    self.table = UnsafePointer(table)
    table.initialize(to: hostTable(context: Unmanaged.passRetained(self).toOpaque()))
  }

  // MARK: On the plugin's thread

  /// Lets news in: from now on they go to `deliver`, on the thread that calls this.
  ///
  /// - Throws: `SystemCallError`, when the process is out of descriptors.
  func open(_ loop: any EventLoop, deliver: @escaping (LibraryNews) -> Void) throws {
    let waker = eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC))
    guard waker >= 0 else { throw SystemCallError("eventfd") }
    let isWatched = loop.watch(waker) { [unowned self] in
      var count: UInt64 = 0
      _ = read(waker, &count, MemoryLayout<UInt64>.size)
      deliverWaiting()
    }
    guard isWatched else {
      let error = SystemCallError("epoll_ctl")
      Glibc.close(waker)
      throw error
    }
    desk = LibraryDesk(loop, deliver: deliver)
    waiting.withLock {
      $0.thread = pthread_self()
      $0.waker = waker
    }
  }

  /// Lets nothing in any more.
  func close() {
    let waker = waiting.withLock { waiting in
      defer { waiting = Waiting(command: waiting.command) }
      return waiting.waker
    }
    guard waker >= 0 else { return }
    desk?.loop.unwatch(waker)
    desk?.close()
    desk = nil
    Glibc.close(waker)
  }

  /// Lets reports on these VNIs in, too.
  func admit(_ more: VNISet) {
    vnis.withLock { $0 = VNISet($0.ranges + more.ranges) }
  }

  /// The number of the next command to the library: what its threads reported before is older than that.
  func nextCommand() -> UInt64 {
    waiting.withLock {
      $0.command += 1
      return $0.command
    }
  }

  /// Tells what other threads have left.
  func deliverWaiting() {
    let news = waiting.withLock { waiting in exchange(&waiting.news, with: LibraryNews()) }
    if news.heardDropped > 0 { counters?.add(news.heardDropped, to: "advertisements-crowded-out") }
    if !news.isEmpty { desk?.deliver(news) }
  }

  /// The plugin's loop, if this is its thread.
  func deskOfThisThread() -> LibraryDesk? {
    let isOwn = waiting.withLock { $0.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    return isOwn ? desk : nil
  }

  // MARK: On any thread

  /// The number of the last command to the library; 0 before the first.
  var lastCommand: UInt64 { waiting.withLock { $0.command } }

  /// Logs what is wrong with the library's calls, each thing once.
  func complainOnce(_ complaint: String) {
    guard complaints.withLock({ $0.insert(complaint).inserted }) else { return }
    logger.error("\(complaint)")
  }

  /// Counts an advertisement that cannot be taken, and says so once, whatever was wrong with it.
  func refuseAdvertisement(_ reason: String) {
    counters?.add(to: "advertisements-malformed")
    guard complaints.withLock({ $0.insert("advertisements-malformed").inserted }) else { return }
    logger.error(
      "the plugin hears advertisements that cannot be taken; their senders are not known here",
      metadata: ["first": "\(reason)"])
  }

  var admittedVNIs: VNISet { vnis.withLock { $0 } }

  /// Takes news: tells them at once on the plugin's thread, leaves them for it on another.
  func take(_ merge: (inout LibraryNews, _ command: UInt64) -> Void) {
    if let desk = deskOfThisThread() {
      // What other threads said before goes first.
      deliverWaiting()
      var news = LibraryNews()
      merge(&news, .max)
      if !news.isEmpty { desk.deliver(news) }
      return
    }
    waiting.withLock { waiting in
      guard waiting.waker >= 0 else { return }
      let wasEmpty = waiting.news.isEmpty
      merge(&waiting.news, waiting.command)
      guard wasEmpty else { return }
      var one: UInt64 = 1
      _ = write(waiting.waker, &one, MemoryLayout<UInt64>.size)
    }
  }

  func count(_ name: String, _ amount: Int) {
    guard let counters, isForeignName(name) else { return }
    let isKnown = counterNames.withLock { names in
      names.contains(name) || names.count < 64 && names.insert(name).inserted
    }
    if isKnown { counters.add(amount, to: name) }
  }

  var mayAdvertise: Bool { lease?.isValid(at: BootTimeClock.now) ?? false }
}

/// What of a host belongs to the plugin's thread: its loop, and where news go.
final class LibraryDesk {
  let loop: any EventLoop
  let deliver: (LibraryNews) -> Void
  private var isOpen = true
  /// What the library watches: the loop's other descriptors are not its own.
  private var descriptors: Set<CInt> = []

  init(_ loop: any EventLoop, deliver: @escaping (LibraryNews) -> Void) {
    self.loop = loop
    self.deliver = deliver
  }

  /// What the library has left in the loop does nothing any more.
  func close() { isOpen = false }

  func watch(_ descriptor: CInt, _ action: @escaping () -> Void) -> Bool {
    let isWatched = loop.watch(descriptor) { [self] in
      if isOpen { action() } else { loop.unwatch(descriptor) }
    }
    if isWatched { descriptors.insert(descriptor) } else { descriptors.remove(descriptor) }
    return isWatched
  }

  func unwatch(_ descriptor: CInt) {
    if descriptors.remove(descriptor) != nil { loop.unwatch(descriptor) }
  }

  func schedule(at time: MonotonicInstant, _ action: @escaping () -> Void) -> UInt64 {
    // 0 is no timer to C.
    loop.schedule(at: time) { [self] in if isOpen { action() } }.identifier + 1
  }

  func cancel(_ timer: UInt64) {
    if timer > 0 { loop.cancel(EventLoopTimer(identifier: timer - 1)) }
  }
}
