import CLinux
import Glibc
import LinuxNetworking
import Logging
public import WMGFramework

/// The shell around one core: it owns the threads, the clock and the signals, and carries out directives.
///
/// The core turns on the thread that calls `run`. The discovery and every effector have a thread each; all of them talk
/// through mailboxes that merge, so nobody waits for anybody.
public final class Gateway {
  /// The plugins that make up one gateway, with their options.
  public struct Plugins: Sendable {
    /// Finds peers.
    public var discovery: (plugin: any DiscoveryPlugin, options: PluginOptionValues)
    /// Decides who owns what.
    public var strategy: (plugin: any StrategyPlugin, options: PluginOptionValues)
    /// Make it so, in this order.
    public var effectors: [(plugin: any EffectorPlugin, options: PluginOptionValues)]

    /// A choice of plugins.
    public init(
      discovery: (plugin: any DiscoveryPlugin, options: PluginOptionValues),
      strategy: (plugin: any StrategyPlugin, options: PluginOptionValues),
      effectors: [(plugin: any EffectorPlugin, options: PluginOptionValues)]
    ) {
      self.discovery = discovery
      self.strategy = strategy
      self.effectors = effectors
    }

    /// Looks whether all of them could work here, and changes nothing.
    ///
    /// - Throws: what a plugin's `validate` throws.
    public func validate(for configuration: GatewayConfiguration) throws {
      try discovery.plugin.validate(discovery.options, for: configuration)
      try validateEffectors(for: configuration)
    }

    /// Looks whether the effectors could work here, and changes nothing.
    ///
    /// - Throws: what a plugin's `validate` throws.
    public func validateEffectors(for configuration: GatewayConfiguration) throws {
      for (plugin, options) in effectors { try plugin.validate(options, for: configuration) }
    }

    /// Whether the effectors are in an order in which they cannot work together.
    public var disorder: ChainDisorder? { ChainDisorder(effectors.map(\.plugin)) }

    /// The longest handover overlap that an effector asks for, as the host's interfaces are now; zero if none does.
    public func handoverOverlap(for vnis: VNISet) -> Duration {
      effectors.compactMap { $0.plugin.handoverOverlap($0.options, for: vnis) }.max() ?? .zero
    }

    /// The interfaces that must not stay active when the gateway has died.
    public func guardedInterfaces(for vnis: VNISet) -> GuardedInterfaces {
      GuardedInterfaces(effectors.flatMap { $0.plugin.guardedInterfaces($0.options, for: vnis).groups })
    }

    /// How long the effectors may take to stop, all at the same time.
    var stopPatience: Duration {
      let longest = effectors.map { $0.plugin.stopPatience($0.options) }.max() ?? .zero
      return min(max(longest, .seconds(1)), .seconds(30))
    }

    /// What this gateway and all its peers must have alike to agree on owners.
    public func fingerprint(for vnis: VNISet) -> StrategyFingerprint {
      strategy.plugin.fingerprint(strategy.options, for: vnis)
    }
  }

  /// The settings in force.
  private var settings: GatewaySettings
  private var configuration: GatewayConfiguration { settings.configuration }
  private var plugins: Plugins { settings.plugins }
  private var fingerprint: StrategyFingerprint
  private let reloader: Reloader?
  private let log: LogWriter
  private let loop: EpollLoop
  private let inbox: Mailbox<CoreInbox>
  private let lease: AdvertisingLease
  private var core: GatewayCore
  private var counters: [String: Counters] = [:]
  private var discovery: DiscoveryThread?
  private var effectors: [EffectorThread] = []
  private var control: ControlServer?
  private let ticker = GuardTicker()
  private lazy var guardPost = GuardPost(ticker, on: loop, counters: counters(of: "guard")) {
    [unowned self] in
    write($0)
  }
  private var timer: EventLoopTimer?
  private var wakeTime: MonotonicInstant?
  private let coreCounters = Counters()
  /// What was heard before the core started.
  private var earlyNews = DiscoveryNews()
  private var isReloadPostponed = false
  private var startsAwaited = 0
  private var hasStarted = false
  private var startFailure: Int32?
  private var endsAwaited: Int?
  private var exitCode: Int32 = 0

  /// Prepares a gateway; nothing is started or changed.
  ///
  /// - Parameters:
  ///   - controlSocket: Where `wmgwd2 status` asks; `nil` for nowhere.
  ///   - libraries: The shared libraries that plugins have come from, to tell when others are asked for.
  ///   - guardChoice: Which guard makes everything standby when this gateway dies.
  ///   - privileges: Whom it was told to become and which capabilities to keep, likewise.
  ///   - reload: Reads the configuration again, at SIGHUP, on a thread of its own; what it throws is logged, and nothing
  ///     changes. Where no uid was or is given it has to return the one of the running gateway. `nil`: there is nothing to
  ///     read again.
  /// - Throws: what the strategy's factory or a plugin's `validate` throws.
  public init(
    _ configuration: GatewayConfiguration, plugins: Plugins, controlSocket: String?,
    libraries: [String] = [], guardChoice: GuardChoice = .off, privileges: [String: String] = [:],
    log: LogWriter,
    reload: (@Sendable () throws -> GatewaySettings)? = nil
  ) throws {
    settings = GatewaySettings(
      configuration: configuration, plugins: plugins, logLevel: log.level, controlSocket: controlSocket,
      libraries: libraries, guardChoice: guardChoice, privileges: privileges)
    reloader = reload.map(Reloader.init)
    self.log = log
    let strategy = try plugins.strategy.plugin.makeStrategy(plugins.strategy.options, for: configuration)
    try plugins.validate(for: configuration)
    fingerprint = plugins.fingerprint(for: configuration.vnis)
    core = GatewayCore(configuration, strategy: strategy, effectorCount: plugins.effectors.count)
    let loop = try EpollLoop()
    let effectorCount = plugins.effectors.count
    self.loop = loop
    inbox = Mailbox(waker: loop.waker) { CoreInbox(effectorCount: effectorCount) }
    lease = AdvertisingLease(until: loop.now)
  }

  /// Runs the gateway until it is told to stop.
  ///
  /// - Returns: The process's exit code, one of sysexits.
  /// - Throws: `SystemCallError`, when threads cannot be started; nothing has been changed then.
  public func run() throws -> Int32 {
    ChildSignal.restore()
    wmg_keep_little_freed_memory()
    // Any signal that would end the process would leave its VNIs active.
    let signals = try SignalReader([
      SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2,
    ])
    loop.watch(signals.descriptor) { [unowned self] in
      while let signal = signals.next() { take(signal) }
    }
    loop.onWake { [unowned self] in turn() }
    try startPlugins()
    loop.run()
    guardPost.waitForEnd()
    log.flush()
    return exitCode
  }

  // MARK: Starting

  private func startPlugins() throws {
    warnIfNothingAnnounces()
    warnOfDisorder()
    startsAwaited = plugins.effectors.count + 1
    for (place, (plugin, options)) in plugins.effectors.enumerated() {
      effectors.append(
        try EffectorThread(
          plugin, options, configuration, place: place, logger: log.logger(plugin.name),
          counters: counters(of: plugin.name), core: inbox))
    }
    let plugin = plugins.discovery.plugin
    discovery = try DiscoveryThread(
      plugin, plugins.discovery.options, configuration, logger: log.logger(plugin.name),
      counters: counters(of: plugin.name), lease: lease, ticker: ticker, core: inbox)
    if let controlSocket = settings.controlSocket {
      control = ControlServer(path: controlSocket, logger: log.logger("control")) { [inbox] in
        inbox.send { $0.statusIsWanted = true }
      }
    }
  }

  private func warnIfNothingAnnounces() {
    guard !plugins.effectors.contains(where: { $0.plugin.announcesTakeovers }) else { return }
    write(
      LogEntry(
        .warning, "no effector announces takeovers: clients find a new owner when their ARP entries age",
        [
          "effectors": plugins.effectors.map(\.plugin.name).joined(separator: ","),
          "fix": "--effector macvlan,garp",
        ]))
  }

  private func warnOfDisorder() {
    guard let disorder = plugins.disorder else { return }
    write(
      LogEntry(
        .warning, "effectors are out of order: \(disorder)",
        ["fix": "--effector \(disorder.order.joined(separator: ","))"]))
  }

  private func counters(of name: String) -> Counters {
    let made = Counters()
    counters[name] = made
    return made
  }

  // MARK: Turning

  private func turn() {
    let now = loop.now
    let taken = inbox.take()
    if let ends = endsAwaited {
      endsAwaited = ends - taken.finished
      if ends - taken.finished <= 0 { loop.stop() }
      return
    }
    if taken.news.dropped > 0 { coreCounters.add(taken.news.dropped, to: "advertisements-crowded-out") }
    if hasStarted {
      noteLateness(now)
      carryOut(core.process(taken.events.isEmpty ? [.deadlineReached] : taken.events, at: now))
    } else {
      start(taken, at: now)
    }
    if let outcome = taken.reloaded { take(outcome, at: now) }
    if taken.statusIsWanted { control?.answer(status(at: now)) }
  }

  /// The core starts when all plugins have: until then nothing may be changed, for a plugin may find that it cannot
  /// work here.
  private func start(_ taken: CoreInbox, at now: MonotonicInstant) {
    for case .pluginFailed(_, let reason, let code) in taken.failures {
      write(LogEntry(.critical, reason))
      startFailure = code
    }
    if let startFailure {
      end(code: startFailure)
      return
    }
    startsAwaited -= taken.started
    for case .discovery(let event) in taken.events { earlyNews.add(event) }
    guard startsAwaited == 0 else { return }
    hasStarted = true
    guardPost.begin(settings.guardChoice, guardPlan)
    carryOut(core.start(at: now))
    carryOut(core.process(earlyNews.events, at: now))
    earlyNews = DiscoveryNews()
    if isReloadPostponed { reload() }
    // By then the first takeover is over, in whichever way the gateway started.
    loop.schedule(at: now + configuration.detectionTime * 2 + .seconds(2)) { wmg_release_idle_memory() }
  }

  private func take(_ signal: CInt) {
    switch signal {
    case SIGTERM, SIGINT, SIGQUIT:
      guard hasStarted else {
        end(code: 0)
        return
      }
      guard endsAwaited == nil else { return }
      carryOut(core.process([.stopRequested], at: loop.now))
    case SIGHUP:
      reload()
    default: break
    }
  }

  // MARK: Reloading

  private func reload() {
    guard let reloader else {
      write(LogEntry(.notice, "SIGHUP: there is no configuration file to read again"))
      return
    }
    // Nothing may be added before everything that is known has been prepared.
    isReloadPostponed = !hasStarted
    guard hasStarted, endsAwaited == nil else { return }
    reloader.ask(settings, in: core.view, core: inbox)
  }

  private func take(_ outcome: Reloader.Outcome, at now: MonotonicInstant) {
    let isAskedAgain = reloader?.isDone() ?? false
    // Reading needs more than resting does.
    loop.schedule(at: now + .seconds(2)) { wmg_release_idle_memory() }
    switch outcome {
    case .refused(let reason):
      coreCounters.add(to: "configurations-refused")
      write(LogEntry(.error, "configuration refused, nothing has changed", ["reason": reason]))
    case .read where core.isStopping: write(LogEntry(.notice, "configuration not applied: stopping"))
    case .read(let reconfiguration): apply(reconfiguration, at: now)
    }
    if isAskedAgain { reload() }
  }

  private func apply(_ reconfiguration: Reconfiguration, at now: MonotonicInstant) {
    coreCounters.add(to: "configurations-applied")
    let changed = reconfiguration.changed.joined(separator: ",")
    write(LogEntry(.notice, "configuration read again", ["changed": changed.isEmpty ? "nothing" : changed]))
    if !reconfiguration.postponed.isEmpty {
      write(
        LogEntry(
          .warning, "some of the configuration takes effect at the next restart",
          ["options": reconfiguration.postponed.joined(separator: ",")]))
    }
    if let fingerprint = reconfiguration.fingerprint {
      self.fingerprint = fingerprint
      write(
        LogEntry(
          .info, "owners by strategy", ["name": fingerprint.strategy, "fingerprint": "\(fingerprint)"]))
    }
    settings = reconfiguration.settings
    log.level = settings.logLevel
    for (effector, (_, options)) in zip(effectors, plugins.effectors) { effector.reconfigure(options) }
    carryOut(
      core.reconfigure(
        configuration, strategy: reconfiguration.strategy, assignment: reconfiguration.assignment, at: now))
    guardPost.change(to: settings.guardChoice, guardPlan)
  }

  /// What a guard has to know of this gateway as it is now.
  private var guardPlan: GuardPlan {
    var plan = GuardPlan(
      plugins.guardedInterfaces(for: core.managedVNIs), configuration, delay: settings.guardChoice.delay)
    plan.logFormat = log.format
    return plan
  }

  private func carryOut(_ directives: [Directive]) {
    lease.renew(until: loop.now + configuration.detectionTime)
    ticker.setCompany(core.hasCompany)
    ticker.setMayBeSilent(core.mayBeSilent, at: loop.now)
    if let time = core.leavesAsOf { ticker.leave(asOf: time) }
    for directive in directives {
      switch directive {
      case .advertise(let advertising):
        discovery?.advertise(advertising)
      case .drain: discovery?.drain()
      case .command(let effector, let command):
        effectors[effector].carryOut(command)
        // They go by and by, and one new guard for all of them is enough.
        if effector == 0, case .forget = command, !core.hasDepartingVNIs {
          guardPost.change(to: settings.guardChoice, guardPlan)
        }
      case .wakeAt(let time): wake(at: time)
      case .log(let entry): write(entry)
      case .exit(let code): end(code: code)
      }
    }
  }

  private func wake(at time: MonotonicInstant) {
    if let timer { loop.cancel(timer) }
    wakeTime = time
    timer = loop.schedule(at: time) { [unowned self] in turn() }
  }

  private func noteLateness(_ now: MonotonicInstant) {
    guard let due = wakeTime, now > due else { return }
    wakeTime = nil
    coreCounters.raise("turn-lateness-max-us", to: Int((now - due).nanoseconds / 1000))
  }

  // MARK: Ending

  /// Stops every plugin; a thread that has not ended when the last of them should have is left behind.
  private func end(code: Int32) {
    guard endsAwaited == nil else { return }
    exitCode = code
    guardPost.end(saysGoodbye: !hasStarted || !core.mayLeaveActive)
    endsAwaited = effectors.count + (discovery == nil ? 0 : 1)
    discovery?.stop()
    for effector in effectors { effector.stop() }
    control?.stop()
    if let timer { loop.cancel(timer) }
    loop.schedule(at: loop.now + plugins.stopPatience) { [unowned self] in loop.stop() }
  }

  private func status(at now: MonotonicInstant) -> GatewayStatus {
    var status = core.status(at: now)
    status.strategy = plugins.strategy.plugin.name
    status.fingerprint = "\(fingerprint)"
    status.privileges = ProcessPrivileges.current.map {
      GatewayStatus.Privileges(
        user: $0.user, group: $0.group, groups: $0.groups, capabilities: $0.permitted.members.map(\.name))
    }
    status.counters["core", default: [:]].merge(coreCounters.snapshot) { _, new in new }
    status.guard = guardPost.status
    for (name, counters) in counters { status.counters[name] = counters.snapshot }
    return status
  }

  private func write(_ entry: LogEntry) {
    log.write(
      entry.level, component: "gateway", message: entry.message,
      fields: entry.fields.map { ($0.name, $0.value) })
  }
}
