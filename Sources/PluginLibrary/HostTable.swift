import CWMGPlugin
import LinuxNetworking
import Logging
import WMGFramework

/// The functions that a library's plugin calls, as C has them: each finds its host and says there what C said.
func hostTable(context: UnsafeMutableRawPointer) -> wmgwd2_host {
  wmgwd2_host(
    abi: WMGWD2_PLUGIN_ABI, size: UInt32(MemoryLayout<wmgwd2_host>.stride), context: context,
    log: { host, level, message in
      guard let host = LibraryHost.of(host), let line = foreignLine(message) else { return }
      host.logger.log(level: logLevel(level), "\(line)")
    },
    now: { _ in BootTimeClock.now.nanoseconds },
    count: { host, name, amount in
      LibraryHost.of(host)?.count(foreignLine(name) ?? "", Int(amount))
    },
    watch: { host, descriptor, onReadable, user in
      guard let onReadable, let desk = LibraryHost.of(host)?.deskOfThisThread() else { return -1 }
      return desk.watch(descriptor) { onReadable(user) } ? 0 : -1
    },
    unwatch: { host, descriptor in
      LibraryHost.of(host)?.deskOfThisThread()?.unwatch(descriptor)
    },
    schedule: { host, time, action, user in
      guard let action, let desk = LibraryHost.of(host)?.deskOfThisThread() else { return 0 }
      return desk.schedule(at: MonotonicInstant(nanoseconds: time)) { action(user) }
    },
    cancel: { host, timer in LibraryHost.of(host)?.deskOfThisThread()?.cancel(timer) },
    moment: { host in LibraryHost.of(host)?.lastCommand ?? 0 },
    report: { host, moment, vnis, outcomes, reasons, count in
      LibraryHost.of(host)?.takeReports(moment, vnis, count) { index in
        .outcome(outcome(outcomes?[index], foreignLine(reasons?[index])))
      }
    },
    drift: { host, moment, vnis, reasons, count in
      LibraryHost.of(host)?.takeReports(moment, vnis, count) { index in
        .drift(reason: foreignLine(reasons?[index]) ?? "no reason given")
      }
    },
    request_refresh: { host, vnis, count in
      guard let host = LibraryHost.of(host) else { return }
      let vnis = host.known(vnis, count).map(\.vni)
      host.take { news, _ in news.refreshRequests.formUnion(vnis) }
    },
    heard: { host, advertisement in LibraryHost.of(host)?.hear(advertisement) },
    advertised: { host, time in
      LibraryHost.of(host)?.take { news, _ in news.add(.advertised(at: noLaterThanNow(time))) }
    },
    drained: { host, time in
      LibraryHost.of(host)?.take { news, _ in news.add(.drained(through: noLaterThanNow(time))) }
    },
    lapsed: { host, time in
      LibraryHost.of(host)?.take { news, _ in news.add(.lapsed(at: noLaterThanNow(time))) }
    },
    isolated: { host, reason in
      let reason = foreignLine(reason) ?? "no reason given"
      LibraryHost.of(host)?.take { news, _ in news.add(.isolated(reason: reason)) }
    },
    connected: { host in LibraryHost.of(host)?.take { news, _ in news.add(.connected) } },
    may_advertise: { host in LibraryHost.of(host)?.mayAdvertise == true ? 1 : 0 })
}

extension LibraryHost {
  fileprivate static func of(_ table: UnsafePointer<wmgwd2_host>?) -> LibraryHost? {
    table?.pointee.context.map { Unmanaged<LibraryHost>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Those of a library's VNIs that this gateway has, with their places.
  fileprivate func known(_ vnis: UnsafePointer<UInt32>?, _ count: Int) -> [(vni: VNI, place: Int)] {
    guard let vnis, count != 0 else { return [] }
    // What is not negative in C may be so here.
    guard (1...Int(VNI.max.rawValue)).contains(count) else {
      complainOnce("the plugin names more VNIs in one call than there are; nothing of such calls is taken")
      return []
    }
    let admitted = admittedVNIs
    return (0..<count).compactMap { place in
      VNI(rawValue: vnis[place]).flatMap { admitted.contains($0) ? ($0, place) : nil }
    }
  }

  fileprivate func hear(_ advertisement: UnsafePointer<wmgwd2_advertisement>?) {
    do throws(InvalidPlugin) {
      let heard = try heardAdvertisement(advertisement)
      take { news, _ in news.add(.heard(heard)) }
    } catch {
      refuseAdvertisement(error.reason)
    }
  }

  fileprivate func takeReports(
    _ moment: UInt64, _ vnis: UnsafePointer<UInt32>?, _ count: Int, _ content: (Int) -> LibraryNews.Content
  ) {
    let reports = known(vnis, count).map { ($0.vni, content($0.place)) }
    take { news, now in
      let command = moment == 0 ? now : min(moment, now)
      for (vni, content) in reports { news.add(content, on: vni, answering: command) }
    }
  }
}

private func logLevel(_ level: UInt32) -> Logger.Level {
  switch Int(level) {
  case WMGWD2_LOG_DEBUG: .debug
  case WMGWD2_LOG_INFO: .info
  case WMGWD2_LOG_NOTICE: .notice
  case WMGWD2_LOG_WARNING: .warning
  default: .error
  }
}

private func outcome(_ outcome: UInt8?, _ reason: String?) -> EffectorOutcome {
  switch outcome.map(Int.init) {
  case WMGWD2_STANDBY: .standby
  case WMGWD2_ACTIVE: .active
  case WMGWD2_FAILED: .failed(reason: reason ?? "no reason given")
  default: .failed(reason: "the plugin reports an outcome that does not exist: \(outcome ?? 0)")
  }
}

/// A time of a library, or now: one in the future would keep a dead peer alive.
private func noLaterThanNow(_ time: Int64) -> MonotonicInstant {
  let now = BootTimeClock.now
  return time > 0 ? min(MonotonicInstant(nanoseconds: time), now) : now
}

private func heardAdvertisement(
  _ pointer: UnsafePointer<wmgwd2_advertisement>?
) throws(InvalidPlugin) -> HeardAdvertisement {
  guard let pointer else { throw InvalidPlugin("it is NULL") }
  let heard = try table(pointer)
  guard let gateway = GatewayID(rawValue: heard.uid) else { throw InvalidPlugin("its uid is 0") }
  let state: Advertisement.State? =
    switch Int(heard.state) {
    case WMGWD2_STATE_LISTENING: .listening
    case WMGWD2_STATE_ACTIVE: .active
    case WMGWD2_STATE_LEAVING: .leaving
    default: nil
    }
  return HeardAdvertisement(
    Advertisement(
      gateway: gateway, state: state, interval: heard.interval_ns > 0 ? .nanoseconds(heard.interval_ns) : nil,
      weight: heard.weight > 0 ? UInt16(clamping: heard.weight) : nil),
    from: IPv4Address(rawValue: heard.source),
    ownAddress: heard.own_address == 0 ? nil : IPv4Address(rawValue: heard.own_address),
    receivedAt: noLaterThanNow(heard.received_at_ns))
}
