import Glibc
import LinuxNetworking
import Logging
import WMGFramework

/// How bridges are made to forget the MACs of VNIs that were released.
extension MacvlanEffector {
  /// A frame that was under way when the interface went down may have taught the bridge the MAC again.
  struct SecondLook {
    var deadline: MonotonicInstant
    var entries: [ForwardingEntry]
  }

  /// Deletes the entries now, and once more a little later.
  func forget(_ entries: [ForwardingEntry]) {
    delete(entries)
    endQuiet(entries.map(\.vni))
    guard settings.secondLook > .zero else { return }
    let deadline = context.loop.now + settings.secondLook
    secondLooks.append(SecondLook(deadline: deadline, entries: entries))
    context.loop.schedule(at: deadline) { [weak self] in self?.takeDueSecondLooks() }
  }

  /// Waits for the second looks that are still to come: after this nobody looks any more.
  func finishSecondLooks() {
    guard let last = secondLooks.map(\.deadline).max() else { return }
    let left = last - context.loop.now
    if left > .zero { usleep(UInt32(left.nanoseconds / 1000)) }
    takeDueSecondLooks()
  }

  private func takeDueSecondLooks() {
    let now = context.loop.now
    let due = secondLooks.filter { $0.deadline <= now }
    secondLooks.removeAll { $0.deadline <= now }
    delete(due.flatMap(\.entries).filter { records[$0.vni]?.wanted != .active })
  }

  func delete(_ entries: [ForwardingEntry]) {
    guard let monitor else { return }
    // The kernel takes only so much in one message.
    for start in stride(from: 0, to: entries.count, by: settings.batch) {
      delete(entries[start..<min(start + settings.batch, entries.count)], over: monitor.connection)
    }
  }

  private func delete(_ entries: ArraySlice<ForwardingEntry>, over connection: RouteConnection) {
    var requests = connection.makeRequests()
    for entry in entries { requests.deleteForwardingEntry(entry.address, port: entry.port) }
    context.counters.add(entries.count, to: "netlink-requests")
    var deleted = 0
    var refusals: [CInt: Int] = [:]
    do {
      try connection.perform(requests) { _, answer in
        switch answer {
        case .acknowledged: deleted += 1
        // ENOENT: the bridge did not know the MAC. ENODEV: the port is gone, and what it knew with it.
        case .failed(let error) where error.code != ENOENT && error.code != ENODEV:
          refusals[error.code, default: 0] += 1
        default: break
        }
      }
    } catch {
      context.logger.warning("bridges could not be made to forget released MACs: \(error)")
    }
    for (code, count) in refusals {
      context.logger.warning(
        "bridges refused to forget \(count) released MACs: \(SystemCallError.text(of: code))")
    }
    context.counters.add(deleted, to: "fdb-entries-deleted")
  }
}
