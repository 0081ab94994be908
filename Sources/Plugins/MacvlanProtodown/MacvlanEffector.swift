import Glibc
import LinuxNetworking
import Logging
import WMGFramework

/// Switches protodown on macvlans and watches that it stays so.
///
/// Level-triggered: it keeps what each VNI should be, looks at what its interface is, and acts when told to. What
/// changes by itself is told to the core, which then tells it to act.
final class MacvlanEffector: Effector {
  struct Settings {
    var pattern: InterfaceNamePattern
    var batch: Int
    var patience: Duration
    var secondLook: Duration
  }

  var settings: Settings
  let context: EffectorContext
  var monitor: RouteMonitor?
  var records: [VNI: Record] = [:]
  /// VNIs that cannot serve before this lower device has carrier: its events concern them.
  var awaitingLower: [String: Set<VNI>] = [:]
  var secondLooks: [SecondLook] = []
  var isCatchingUpLater = false
  private var commands = 0

  init(_ settings: Settings, _ context: EffectorContext) {
    self.settings = settings
    self.context = context
  }

  func prepare(_ vnis: VNISet) throws {
    if monitor == nil {
      let monitor = try RouteMonitor(hearing: .links)
      context.loop.watch(monitor.fileDescriptor) { [unowned self] in look(at: catchUp()) }
      self.monitor = monitor
    }
    bring(Array(vnis), to: .standby)
    endQuietOfOthers(vnis)
  }

  func takeOver(_ vnis: [VNI]) {
    endQuiet(vnis)
    bring(vnis, to: .active)
  }

  func release(_ vnis: [VNI]) { bring(vnis, to: .standby) }

  func add(_ vnis: VNISet) {
    bring(Array(vnis), to: .standby)
    endQuietOfOthers(vnis)
  }

  func forget(_ vnis: VNISet) {
    // Their bridge ports learn again, whatever has become of their interfaces.
    endQuiet(Array(vnis))
    for vni in vnis {
      stopAwaitingLower(vni)
      records[vni] = nil
    }
  }

  func reconfigure(_ options: PluginOptionValues) {
    let pattern = settings.pattern
    settings = MacvlanProtodownPlugin().settings(options)
    settings.pattern = pattern
  }

  func stop() {
    finishSecondLooks()
    endQuiet(Array(records.keys))
    if let monitor { context.loop.unwatch(monitor.fileDescriptor) }
    monitor = nil
    records = [:]
    awaitingLower = [:]
  }

  private func bring(_ vnis: [VNI], to wanted: Wanted) {
    guard let monitor else {
      context.report(vnis.map { ($0, .failed(reason: "the macvlan effector is not running")) })
      return
    }
    commands += 1
    var changes = catchUp()
    var news = News()
    var switches: [Switch] = []
    for vni in vnis {
      let name = settings.pattern.name(of: vni)
      let link = monitor.links[name]
      var record = Record(wanted: wanted, told: .pending(command: commands))
      record.leavesForwardingEntry =
        wanted == .standby
        && (link?.isServing == true || records[vni]?.wanted == .active
          || records[vni]?.leavesForwardingEntry == true)
      record.quietPort = records[vni]?.quietPort
      stopAwaitingLower(vni)
      records[vni] = record
      if let hindrance = wanted.hindrance(name, in: monitor.links) {
        fail(vni, hindrance, name, &news)
      } else if let link, wanted.isMet(by: link), link.flags.contains(.adminUp) {
        confirm(vni, link, &news)
      } else if let link {
        // Changes of an interface that is admin down are not announced, so what is known of one is not relied upon.
        switches.append(Switch(vni: vni, name: name, index: link.index))
      }
    }
    deliver(&news)
    for start in stride(from: 0, to: switches.count, by: settings.batch) {
      perform(switches[start..<min(start + settings.batch, switches.count)], wanted, monitor, &news)
      deliver(&news)
      // Our own switching fills the event socket.
      if start / 1024 != (start + settings.batch) / 1024 { changes.merge(catchUp()) }
    }
    changes.merge(catchUp())
    look(at: changes)
    watchPatience(vnis)
  }

  /// Switches one batch and judges each interface by the kernel's answer.
  private func perform(
    _ switches: ArraySlice<Switch>, _ wanted: Wanted, _ monitor: RouteMonitor, _ news: inout News
  ) {
    var requests = monitor.connection.makeRequests()
    let first = requests.nextSequence
    for item in switches {
      requests.setProtoDown(wanted == .standby, index: item.index)
      requests.getLink(index: item.index)
    }
    context.counters.add(2 * switches.count, to: "netlink-requests")
    var refusal: NetlinkError?
    do {
      try monitor.connection.perform(requests) { sequence, answer in
        let position = Int(sequence &- first)
        let item = switches[switches.startIndex + position / 2]
        switch answer {
        case .failed(let error) where position % 2 == 0:
          refusal = error
        case .failed(let error) where error.code == ENODEV:
          // Deleted after the last look. If it was made again, an event will tell.
          fail(item.vni, .missing, item.name, &news)
          refusal = nil
        case .failed(let error):
          fail(item.vni, reason: "\(item.name) cannot be read: \(error)", &news)
          refusal = nil
        case .link(let link):
          monitor.note(answer)
          judge(item, wanted, link, refusal, monitor.links, &news)
          refusal = nil
        default: break
        }
      }
    } catch {
      for item in switches where records[item.vni]?.told.isPending == true {
        fail(item.vni, reason: "protodown of \(item.name) could not be switched: \(error)", &news)
      }
    }
    context.counters.add(switches.count, to: wanted == .active ? "protodown-off" : "protodown-on")
  }

  private func judge(
    _ item: Switch, _ wanted: Wanted, _ link: Link, _ refusal: NetlinkError?, _ links: LinkTable,
    _ news: inout News
  ) {
    if let hindrance = wanted.hindrance(item.name, in: links) {
      fail(item.vni, hindrance, item.name, &news)
    } else if wanted.isMet(by: link) {
      confirm(item.vni, link, &news)
    } else if let refusal {
      fail(item.vni, reason: "\(item.name): the kernel refuses to switch protodown: \(refusal)", &news)
    }
    // Otherwise the operational state is about to follow, and an event will say so.
  }

  /// Gives up on VNIs whose interface has not followed by the time of their patience.
  private func watchPatience(_ vnis: [VNI]) {
    let command = commands
    let pending = vnis.filter { records[$0]?.told == .pending(command: command) }
    guard !pending.isEmpty else { return }
    context.loop.schedule(at: context.loop.now + settings.patience) { [weak self] in
      guard let self else { return }
      var news = News()
      for vni in pending where records[vni]?.told == .pending(command: command) {
        let name = settings.pattern.name(of: vni)
        fail(vni, reason: "\(name) does not follow protodown; see 'ip -d link show \(name)'", &news)
      }
      deliver(&news)
    }
  }

  private struct Switch {
    var vni: VNI
    var name: String
    var index: Int32
  }
}
