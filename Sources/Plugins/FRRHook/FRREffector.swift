import CLinux
import LinuxNetworking
import Logging
import WMGFramework

/// Tells FRR by vtysh who serves what, and looks whether FRR advertises it.
///
/// Level-triggered: it keeps what FRR was last told of each VNI, and tells it what differs, all of a batch in one call.
final class FRREffector: Effector {
  struct Settings {
    var template: Template
    var daemons: FRRDaemons
    var vtysh: Vtysh
    var pattern: InterfaceNamePattern
    var confirms: Bool
    var withdrawalWait: Duration
    var propagation: Duration
    var readBack: Duration
    var budget: MoveBudget
  }

  /// What FRR was last told of a VNI.
  enum Told: Hashable {
    /// We do not know: at start, after a failure, after a restart of FRR.
    case unknown
    case takenOver(VNIValues)
    case released
  }

  /// What came of telling FRR something.
  struct Telling {
    /// The VNIs for which it failed, and why.
    var failures: [VNI: String] = [:]
    /// Whether FRR was there to hear it.
    var isHeard = true
  }

  struct Record {
    var isHeld = false
    var told = Told.unknown
    /// When it was taken over, until FRR is seen to have it.
    var unconfirmedSince: MonotonicInstant?
    var wasAnnouncedAgain = false
    /// FRR was seen to have it, and is expected to have it still.
    var isConfirmed = false
  }

  var settings: Settings
  let context: EffectorContext
  var vtysh: Vtysh
  var records: [VNI: Record] = [:]
  var connection: RouteConnection?
  var budget: MoveBudget
  var isStartTold = false
  var isStopping = false
  var isStopTold = false
  /// FRR's daemons as they were last seen.
  var identities: [String: DaemonSockets.Identity] = [:]
  var knownOut: Set<String> = []
  /// What is held and was frozen by FRR when it was last looked at.
  var frozen: Set<VNI> = []
  /// Standbys that were flapped since FRR has started.
  var flapped: Set<VNI> = []
  var timers: [Timer: EventLoopTimer] = [:]
  var warnings: [String: MonotonicInstant] = [:]

  enum Timer {
    case look
    case watch
    case readBack
    case missing
    case unseen
    case flap
    case reapply
    case giveBack
  }

  // From so many VNIs on, what a batch needed is worth giving back.
  private static let largeBatch = 100

  init(_ settings: Settings, _ context: EffectorContext) {
    self.settings = settings
    self.context = context
    budget = settings.budget
    vtysh = settings.vtysh
    let counters = context.counters
    vtysh.onCall = { duration in
      let microseconds = Int(duration.nanoseconds / 1000)
      counters.add(to: "vtysh-calls")
      counters.set("vtysh-last-us", to: microseconds)
      counters.raise("vtysh-max-us", to: microseconds)
    }
    vtysh.onRemark = { [unowned self] remark in
      counters.add(to: "remarks")
      warn("FRR took commands with a remark, and may have declined one: \(remark)")
    }
  }

  func prepare(_ vnis: VNISet) throws {
    if let line = settings.daemons.unknownLine {
      warn("it is not known which of FRR's daemons '\(line)' is for: \(FRRDaemons.howToName)")
    }
    if connection == nil { connection = try RouteConnection() }
    records = [:]
    records.reserveCapacity(vnis.count)
    for vni in vnis { records[vni] = Record() }
    isStartTold = settings.template[.start].isEmpty
    meetDaemons()
    // Whether FRR hangs or not, the gateway has to start.
    vtysh.isHurried = true
    release(Array(vnis))
    vtysh.isHurried = false
    beginWatching()
  }

  func takeOver(_ vnis: [VNI]) {
    spendBudget(vnis.filter { records[$0]?.isHeld != true }, at: context.loop.now)
    let facts = readFacts()
    let values = vnis.map { facts.values(of: $0, owner: context.configuration.uid) }
    for vni in vnis {
      records[vni, default: Record()].isHeld = true
      records[vni]?.isConfirmed = false
    }
    let untold = values.filter { records[$0.vni]?.told != .takenOver($0) }
    let failures = untold.isEmpty ? [:] : tell(.takeover, untold).failures
    for values in untold {
      records[values.vni]?.told = failures[values.vni] == nil ? .takenOver(values) : .unknown
    }
    if !failures.isEmpty { context.report(failures.map { ($0.key, .failed(reason: $0.value)) }) }
    // Telling may have taken seconds, in which FRR had nothing to learn from.
    confirm(vnis.filter { failures[$0] == nil }, at: context.loop.now)
  }

  /// Another effector may have the bridge forget the MAC from now on: that zebra no longer has it is no drift.
  func handOver(_ vnis: [VNI]) {
    for vni in vnis { records[vni]?.isConfirmed = false }
  }

  func release(_ vnis: [VNI]) { release(vnis, to: Array(repeating: nil, count: vnis.count)) }

  func release(_ vnis: [VNI], to owners: [GatewayID?]) {
    for vni in vnis {
      records[vni, default: Record()].isHeld = false
      records[vni]?.isConfirmed = false
      records[vni]?.unconfirmedSince = nil
    }
    let owners = Dictionary(zip(vnis, owners), uniquingKeysWith: { $1 })
    let isWithdrawal = vnis.contains { if case .takenOver? = records[$0]?.told { true } else { false } }
    let telling = tellOfReleases(vnis.filter { records[$0]?.told != .released }, owners)
    var failures = telling.failures
    if isStopping, let (_, reason) = failures.min(by: { $0.key < $1.key }) {
      // The interfaces go down in any case, and there is no later in which it could be told.
      warn("released without FRR: \(reason)")
      failures = [:]
    }
    if isWithdrawal, telling.isHeard { awaitPropagation() }
    context.report(
      vnis.map { vni in (vni, failures[vni].map { .failed(reason: $0) } ?? .standby) })
  }

  func prepareToStop() {
    isStopping = true
    vtysh.isHurried = true
  }

  func add(_ vnis: VNISet) {
    release(Array(vnis))
    // Their interfaces may be new to FRR, which takes a new one on its bridge for present.
    beginLookingForStandbys()
  }

  func forget(_ vnis: VNISet) {
    for vni in vnis { records[vni] = nil }
    frozen.subtract(vnis)
    flapped.subtract(vnis)
  }

  /// Commands stay those of the start: what was done by them has to be undone by them.
  func reconfigure(_ options: PluginOptionValues) {
    let plugin = FRRHookPlugin()
    settings.confirms = options[plugin.confirm]
    settings.withdrawalWait = options[plugin.withdrawalWait]
    settings.propagation = options[plugin.propagation]
    vtysh.timeout = options[plugin.timeout]
    budget.takeovers = options[plugin.moves]
    budget.window = options[plugin.moveWindow]
    guard settings.readBack != options[plugin.readBack] else { return }
    settings.readBack = options[plugin.readBack]
    beginReadingBack()
  }

  func stop() {
    for timer in timers.values { context.loop.cancel(timer) }
    timers = [:]
    connection = nil
    records = [:]
  }

  // MARK: - Telling

  /// Tells FRR that VNIs are released.
  private func tellOfReleases(_ vnis: [VNI], _ owners: [VNI: GatewayID?]) -> Telling {
    guard !vnis.isEmpty else { return Telling() }
    if isStopping, !settings.template[.stop].isEmpty { return tellOfStop(vnis) }
    if settings.template[.release].isEmpty, vnis.allSatisfy({ records[$0]?.told == .unknown }) {
      // Nothing was done, so there is nothing to undo; but what goes before everything else may be due.
      let telling = run(newScript(), for: vnis, isRelease: true)
      for vni in vnis where telling.failures[vni] == nil { records[vni]?.told = .released }
      return telling
    }
    let facts = readFacts()
    // What was made with a name is undone with the same one, though the interface may have another bridge by now.
    let values = vnis.map { vni in
      var values = facts.values(of: vni, owner: nil)
      if case .takenOver(let former)? = records[vni]?.told { values = former }
      values.owner = owners[vni] ?? nil
      return values
    }
    let telling = tell(.release, values)
    for vni in vnis {
      records[vni]?.told = telling.isHeard && telling.failures[vni] == nil ? .released : .unknown
    }
    if telling.isHeard { awaitWithdrawal(values.filter { telling.failures[$0.vni] == nil }) }
    return telling
  }

  /// One change for the whole gateway in place of one for each VNI.
  private func tellOfStop(_ vnis: [VNI]) -> Telling {
    guard !isStopTold else {
      for vni in vnis { records[vni]?.told = .released }
      return Telling()
    }
    var script = Script(settings.template, uid: context.configuration.uid)
    script.add(.stop)
    let telling = run(script, for: vnis, isRelease: true)
    isStopTold = telling.failures.isEmpty
    for vni in vnis where telling.failures[vni] == nil { records[vni]?.told = .released }
    return telling
  }

  /// With what goes before everything else, if that is due.
  func newScript() -> Script {
    var script = Script(settings.template, uid: context.configuration.uid)
    if !isStartTold { script.add(.start) }
    return script
  }

  private func tell(_ section: Template.Section, _ values: [VNIValues]) -> Telling {
    var script = newScript()
    script.add(section, for: values)
    return run(script, for: values.map(\.vni), isRelease: section == .release)
  }

  /// Runs a script for these VNIs.
  func run(_ script: Script, for vnis: [VNI], isRelease: Bool) -> Telling {
    var telling = Telling(failures: script.unwritten)
    guard !script.isEmpty else { return telling }
    if vnis.count >= Self.largeBatch {
      once(.giveBack, after: .seconds(5)) { _ in wmg_release_idle_memory() }
    }
    switch execute(script) {
    case .failure(let failure):
      telling.isHeard = false
      context.counters.add(to: "vtysh-failures")
      guard isRelease, failure.meansSilence else {
        for vni in vnis where telling.failures[vni] == nil { telling.failures[vni] = failure.reason }
        break
      }
      // What a dead FRR had advertised is gone or about to be: nothing keeps the VNIs here. It is told when it is back.
      telling.failures = [:]
      warn("released without FRR: \(failure.reason)")
    case .success(let complaints):
      if complaints[nil] == nil { isStartTold = true }
      for vni in vnis where telling.failures[vni] == nil {
        telling.failures[vni] = complaints[nil] ?? complaints[vni]
      }
    }
    return telling
  }

  /// Gives the commands to vtysh; returns what FRR did not take: by VNI, or `nil` for what concerns all of them.
  private func execute(_ script: Script) -> Result<[VNI?: String], VtyshFailure> {
    let daemons = settings.daemons.names
    if let obstacle = vtysh.sockets.obstacle(daemons) { return .failure(obstacle) }
    var complaints: [VNI?: String] = [:]
    func take(_ rejections: [Vtysh.Rejection], of commands: [Script.Command]) {
      for rejection in rejections {
        let command = commands[rejection.position]
        let text = command.text.drop { $0 == " " }
        let subject = command.vni.map { " for VNI \($0)" } ?? ""
        complaints[command.vni, default: ""] +=
          complaints[command.vni] == nil
          ? "FRR did not take '\(text)' of [\(command.section.rawValue)]\(subject): \(rejection.text)" : ""
      }
      if !rejections.isEmpty { context.counters.add(rejections.count, to: "commands-rejected") }
    }
    switch vtysh.configure(script.configuration.map(\.text), for: settings.daemons) {
    case .failure(let failure): return .failure(failure)
    case .success(let rejections): take(rejections, of: script.configuration)
    }
    switch vtysh.execute(script.execution.map(\.text), for: settings.daemons) {
    case .failure(let failure): return .failure(failure)
    case .success(let rejections): take(rejections, of: script.execution)
    }
    // One that ended meanwhile took nothing, and vtysh does not say so.
    if let obstacle = vtysh.sockets.obstacle(daemons) { return .failure(obstacle) }
    return .success(complaints)
  }

  // MARK: - Looking

  func readFacts() -> InterfaceFacts {
    guard let connection else { return InterfaceFacts(pattern: settings.pattern) }
    do {
      return try InterfaceFacts.read(settings.pattern, over: connection)
    } catch {
      context.logger.error("cannot read the kernel's interfaces: \(error)")
      return InterfaceFacts(pattern: settings.pattern)
    }
  }

  private func spendBudget(_ vnis: [VNI], at now: MonotonicInstant) {
    let beyond = vnis.filter { budget.spend($0, at: now) }
    guard !beyond.isEmpty else { return }
    context.counters.add(beyond.count, to: "moves-beyond-budget")
    warn(
      "moved here too often, FRR may freeze the MAC: VNIs \(VNISet(beyond)), more than \(budget.takeovers) times"
        + " within \(budget.window.optionText); find out why they move, or raise FRR's 'dup-addr-detection max-moves'"
    )
  }

  /// Says something to the operator, but the same beginning at most once a minute.
  func warn(_ text: String) {
    let subject = String(text.prefix { $0 != ":" })
    let now = context.loop.now
    if let last = warnings[subject], now - last < .seconds(60) { return }
    warnings[subject] = now
    context.logger.warning("\(text)")
  }
}
