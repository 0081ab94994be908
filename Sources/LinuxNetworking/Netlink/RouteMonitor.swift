import Glibc

/// What changed in a namespace since the last look.
public struct RouteChanges: Sendable {
  /// The names of interfaces that came, went, changed, or whose addresses changed; of a renamed one both names.
  public var names: Set<String> = []
  /// Events were lost: everything was read anew, and anything may have changed.
  public var isEverything = false

  /// Nothing changed.
  public init() {}

  /// Whether there is nothing to look at.
  public var isEmpty: Bool { names.isEmpty && !isEverything }
}

/// The interfaces and IPv4 addresses of a namespace, kept up to date by the kernel's events. Belongs to one thread;
/// stays in the namespace of the thread that made it.
public final class RouteMonitor {
  /// For `EventLoop.watch`: readable when `catchUp` has something to do.
  public var fileDescriptor: CInt { events.fileDescriptor }
  /// For requests of one's own; answers may be given to `note`.
  public let connection: RouteConnection
  /// The interfaces, as of the last `catchUp` or `note`.
  public private(set) var links = LinkTable()
  /// The addresses, as of the last `catchUp`; empty unless `.addresses` is heard.
  public private(set) var addresses = AddressTable()

  private let events: NetlinkSocket
  private let groups: NetlinkSocket.Groups
  /// Events were lost, and reading everything anew has not succeeded yet.
  private var isStale = true

  /// Subscribes to `groups`, then reads everything once.
  ///
  /// - Throws: `SystemCallError` or `NetlinkError`.
  public init(hearing groups: NetlinkSocket.Groups = [.links, .addresses]) throws {
    self.groups = groups
    events = try NetlinkSocket(hearing: groups)
    connection = try RouteConnection()
    try readEverything()
  }

  /// Takes in all waiting events. In between the tables may go back in time, to what an event said that is older than
  /// an answer already noted; when this returns they do not.
  ///
  /// - Throws: `SystemCallError` or `NetlinkError`, when the kernel cannot be read at all. The next call then reads
  ///   everything anew; it may have to be made without an event.
  public func catchUp() throws -> RouteChanges {
    var changes = RouteChanges()
    while true {
      do {
        // The kernel tells of lost events once, and drops further ones until all that are waiting are read. So these
        // are read first and ignored; what is asked for after that is newer than all of them.
        if try events.receive({ _, message in if !isStale { note(message, &changes) } }) { continue }
        guard isStale else { return changes }
        changes.isEverything = true
        try readEverything()
      } catch let error as SystemCallError where error.code == ENOBUFS {
        isStale = true
      } catch {
        // The changes noted so far go down with the error.
        isStale = true
        throw error
      }
    }
  }

  /// Takes in an answer got over `connection`, which is newer than any waiting event.
  public func note(_ message: RouteMessage) {
    var changes = RouteChanges()
    note(message, &changes)
  }

  private func note(_ message: RouteMessage, _ changes: inout RouteChanges) {
    switch message {
    case .link(let link):
      let previous = links.update(link)
      changes.names.insert(link.name)
      if let previous { changes.names.insert(previous.name) }
    case .linkRemoved(let index):
      addresses.removeAll(of: index)
      if let removed = links.remove(index: index) { changes.names.insert(removed.name) }
    case .address(let address):
      guard addresses.insert(address), let link = links[address.index] else { return }
      changes.names.insert(link.name)
    case .addressRemoved(let address):
      guard addresses.remove(address), let link = links[address.index] else { return }
      changes.names.insert(link.name)
    default: break
    }
  }

  private func readEverything() throws {
    links = LinkTable(try connection.links())
    if groups.contains(.addresses) { addresses = AddressTable(try connection.addresses()) }
    isStale = false
  }
}
