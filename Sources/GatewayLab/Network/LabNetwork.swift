import Glibc
import LinuxNetworking
import Synchronization
import WMGFramework

/// Gateways, overlays and a client in network namespaces of their own, and everything that can happen to them.
///
/// Nothing outside these namespaces is touched. `remove` takes all of it away; it also happens when the last reference
/// goes, and what a killed process has left behind goes when the next lab is built.
public final class LabNetwork: GatewayNetwork {
  /// What was asked for.
  public let configuration: LabConfiguration
  /// The overlays' addresses.
  public let plan: AddressPlan
  /// The gateways, by index; their daemons are not started by themselves.
  public let gateways: [LabGateway]
  /// Where the links of all gateways meet.
  public let switchNamespace: String
  /// Where the client is, if there is one.
  public let clientNamespace: String?
  /// A folder for control sockets and logs; it goes with the lab.
  public let folder: String

  let script: NetworkScript
  private let isRemoved = Mutex(false)

  /// Why no lab can be built here: we are not root, or there is no `ip`; `nil` if nothing is in the way.
  public static var obstacle: LabError? {
    guard geteuid() == 0 else { return .notRoot }
    do {
      _ = try IPCommand.path()
      return nil
    } catch {
      return error
    }
  }

  /// Builds the network.
  ///
  /// - Throws: `LabError`: `notRoot`, `ipMissing`, or what `ip` complained of. Nothing remains then.
  public init(_ configuration: LabConfiguration) throws(LabError) {
    if let obstacle = Self.obstacle { throw obstacle }
    try StaleLabs.remove(prefix: configuration.prefix)
    let names = NamespaceNames(configuration)
    let plan = AddressPlan(configuration.vnis)
    let folder = try LabFolder.make(prefix: configuration.prefix)
    self.configuration = configuration
    self.plan = plan
    self.folder = folder
    script = NetworkScript(configuration: configuration, plan: plan, names: names)
    gateways = names.gateways.enumerated().map { LabGateway(index: $0, namespace: $1, folder: folder) }
    switchNamespace = names.switch
    clientNamespace = names.clients.first
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

  /// Ends every process of the lab and removes its namespaces and files. Once is enough, more does no harm.
  public func remove() {
    let isFirst = isRemoved.withLock { removed in
      defer { removed = true }
      return !removed
    }
    guard isFirst else { return }
    for gateway in gateways { gateway.daemon?.kill() }
    for gateway in gateways { _ = gateway.daemon?.wait(for: .seconds(5)) }
    let namespaces = script.names.all
    NamespaceProcesses.kill(in: namespaces)
    try? IPCommand.run(namespaces.map { "netns del \($0)" }, force: true)
    LabFolder.remove(folder)
  }

  private func build(_ names: NamespaceNames) throws(LabError) {
    try IPCommand.run(script.wiring())
    // Before any device is there, so that every device is born without IPv6: it makes toggling a hundred times slower.
    for namespace in names.all { try KernelSettings.apply(in: namespace) }
    // First the switch, so that no lower device gains carrier after its macvlans were made standby: that would undo it.
    try IPCommand.run(script.insideSwitch(), in: names.switch)
    var batches: [RunningBatch] = []
    for (index, namespace) in names.gateways.enumerated() {
      batches.append(try IPCommand.start(script.insideGateway(index), in: namespace))
    }
    for namespace in names.clients {
      batches.append(try IPCommand.start(script.insideClient(), in: namespace))
    }
    for batch in batches { try batch.finish() }
  }
}
