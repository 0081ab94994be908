import Glibc
import LinuxNetworking
import Synchronization
public import WMGFramework

/// An EVPN fabric in network namespaces of its own: gateways, a route reflector, an access point with a client behind
/// it, and an FRR in each of them but the client.
///
/// Once built, BGP is established, the VXLAN tunnels are meshed and all macvlans are standby; the gateways' daemons are
/// not started by themselves. The client has an interface in every overlay and pings the overlay's gateway address: an
/// answer needs what an outage can be made of, the access point's forwarding entry and an owner that is up and knows
/// the client, and nothing else. (An address behind the gateway would add a routed way back, which is not EVPN's.)
///
/// Nothing outside these namespaces is touched. `remove` takes all of it away; it also happens when the last reference
/// goes, and what a killed process has left behind goes when the next fabric is built.
public final class FabricNetwork: GatewayNetwork {
  /// What was asked for.
  public let configuration: FabricConfiguration
  /// The overlays' addresses.
  public let plan: AddressPlan
  /// The gateways, by index: the namespaces, and the daemons in them.
  public let gateways: [LabGateway]
  /// The gateways' FRR, by index.
  public let gatewayFRR: [FRRInstance]
  /// The access point's FRR.
  public let accessPoint: FRRInstance
  /// The route reflector's FRR.
  public let routeReflector: FRRInstance
  /// Where the client is.
  public let clientNamespace: String?
  /// Where the links of the underlay meet.
  public let switchNamespace: String
  /// A folder for sockets, configuration and logs; it goes with the fabric.
  public let folder: String

  let script: FabricScript
  private let isRemoved = Mutex(false)

  /// Why no fabric can be built here: we are not root, there is no `ip`, or no FRR; `nil` if nothing is in the way.
  public static var obstacle: LabError? {
    if let obstacle = LabNetwork.obstacle { return obstacle }
    do {
      _ = try FRRInstallation()
      return nil
    } catch {
      return error
    }
  }

  /// Builds the fabric and waits until it is ready.
  ///
  /// - Throws: `LabError`: `notRoot`, `ipMissing`, `frrMissing`, or what `ip` or FRR complained of. Nothing remains
  ///   then.
  public init(_ configuration: FabricConfiguration) throws(LabError) {
    if let obstacle = Self.obstacle { throw obstacle }
    let installation = try FRRInstallation()
    try StaleLabs.remove(prefix: configuration.prefix)
    let names = FabricNames(configuration)
    let plan = AddressPlan(configuration.vnis)
    let folder = try LabFolder.make(prefix: configuration.prefix)
    // FRR's daemons are not root for long, and have their own folders in this one.
    chmod(folder, 0o711)
    self.configuration = configuration
    self.plan = plan
    self.folder = folder
    script = FabricScript(configuration: configuration, plan: plan, names: names)
    switchNamespace = names.switch
    clientNamespace = names.client
    gateways = names.gateways.enumerated().map { LabGateway(index: $0, namespace: $1, folder: folder) }

    func frr(
      _ name: String, in namespace: String, at address: String, as role: FRRConfiguration.Role
    ) throws(LabError) -> FRRInstance {
      try FRRInstance(
        namespace: namespace, parent: folder, installation: installation,
        configuration: FRRConfiguration(
          name: name, address: address, role: role, hasBFD: configuration.hasBFD,
          duplicateAddressDetection: configuration.duplicateAddressDetection))
    }
    do {
      var instances: [FRRInstance] = []
      for gateway in gateways {
        instances.append(
          try frr(
            gateway.name, in: gateway.namespace, at: "\(gateway.underlayAddress)",
            as: .gateway(advertisesAll: configuration.topology == .direct && !configuration.hasFRRHook)))
      }
      gatewayFRR = instances
      accessPoint = try frr("ap", in: names.accessPoint, at: FRRConfiguration.accessPoint, as: .accessPoint)
      let clients = gateways.map { "\($0.underlayAddress)" } + [FRRConfiguration.accessPoint]
      routeReflector = try frr(
        "rr", in: names.routeReflector, at: FRRConfiguration.routeReflector, as: .routeReflector(clients))
    } catch {
      LabFolder.remove(folder)
      throw error
    }
    do {
      try build(names)
    } catch {
      remove()
      throw error
    }
  }

  deinit {
    remove()
  }

  /// The FRR of every namespace that has one.
  public var allFRR: [FRRInstance] { [routeReflector, accessPoint] + gatewayFRR }

  /// The names of an overlay's devices.
  public func overlay(_ vni: VNI) -> FabricOverlay { script.overlay(vni) }

  /// The gateway with this VTEP address, by its index.
  public func gateway(withVTEP address: IPv4Address) -> Int? {
    gateways.firstIndex { $0.underlayAddress == address }
  }

  /// Where the access point sends what is for each overlay's virtual MAC, read now: VTEPs by VNI. A VNI without an
  /// entry is missing; its frames are flooded.
  ///
  /// - Throws: `LabError`, when the kernel does not answer.
  public func forwarding() throws(LabError) -> [VNI: IPv4Address] {
    let table = try ForwardingReader(self, in: accessPoint.namespace).readAll()
    return Dictionary(
      uniqueKeysWithValues: plan.vnis.enumerated().compactMap { index, vni in
        table.vteps[index].map { (vni, $0) }
      })
  }

  /// Ends every process of the fabric and removes its namespaces and files, and waits until the kernel has done so: some
  /// 20 ms per overlay, during which it lets nobody on this machine change a link. Once is enough, more does no harm.
  public func remove() {
    let isFirst = isRemoved.withLock { removed in
      defer { removed = true }
      return !removed
    }
    guard isFirst else { return }
    for gateway in gateways { gateway.daemon?.kill() }
    for gateway in gateways { _ = gateway.daemon?.wait(for: .seconds(5)) }
    for frr in allFRR { frr.killAll() }
    NamespaceProcesses.kill(in: script.names.all)
    LabFolder.remove(folder)
    let others = script.names.all.filter { $0 != switchNamespace }
    try? IPCommand.run(others.map { "netns del \($0)" }, force: true)
    waitUntilUnplugged()
    try? IPCommand.run(["netns del \(switchNamespace)"], force: true)
  }

  /// A deleted namespace's devices go later, and take their far ends in the switch with them.
  private func waitUntilUnplugged() {
    guard let namespace = try? NetworkNamespace(named: switchNamespace) else { return }
    let ports = script.names.onUnderlay.map(\.port)
    let begin = BootTimeClock.now
    let arePlugged = { (try? namespace.run { ports.contains { if_nametoindex($0) != 0 } }) ?? false }
    while arePlugged(), BootTimeClock.now - begin < .seconds(120) { usleep(10_000) }
    // Waits for the lock that the rest of the work is done under.
    try? IPCommand.run(["link set underlay down"], in: switchNamespace, force: true)
  }

  private func build(_ names: FabricNames) throws(LabError) {
    try IPCommand.run(script.wiring())
    // Before any device is there, so that every device is born without IPv6: it makes toggling a hundred times slower.
    for namespace in names.all {
      let isGateway = names.gateways.contains(namespace)
      try KernelSettings.apply(
        in: namespace,
        retransmission: isGateway ? configuration.neighbourRetransmission : .seconds(1))
    }
    try IPCommand.run(script.insideSwitch(), in: names.switch)
    var batches: [RunningBatch] = []
    for (index, namespace) in names.gateways.enumerated() {
      batches.append(try IPCommand.start(script.insideGateway(index), in: namespace))
    }
    batches.append(try IPCommand.start(script.insideRouteReflector(), in: names.routeReflector))
    batches.append(try IPCommand.start(script.insideAccessPoint(), in: names.accessPoint))
    for batch in batches { try batch.finish() }
    try IPCommand.run(script.insideClient(), in: names.client)
    // Last, because a zebra (8.4) that learns of an interface and its address in one moment forgets the address.
    for frr in allFRR { try frr.start() }
    try waitUntilMeshed()
    for gateway in gateways.indices { try silenceStandbys(at: gateway) }
  }
}
