import LinuxNetworking
public import WMGFramework

/// The effector `macvlan`: a gateway's interface per VNI is a macvlan, and protodown on it is what makes the gateway
/// standby for that VNI. Every gateway's macvlan of a VNI has the same MAC and IPv4 address.
public struct MacvlanProtodownPlugin: EffectorPlugin {
  let interface = InterfaceNamePattern.option
  let batch = PluginOption(
    "batch", default: 64, in: 1...1024, unit: "interfaces", live: true,
    help: "how many interfaces are switched by one netlink message; each batch is confirmed at once")
  let patience = PluginOption(
    "patience", default: Duration.seconds(5), in: .milliseconds(100)...(.seconds(60)), live: true,
    help: "how long an interface may take to follow before it counts as failed")
  let secondLook = PluginOption(
    "second-look", default: Duration.milliseconds(150), in: .zero...(.milliseconds(800)), live: true,
    help: "after a release over a veth: when the bridge is made to forget the MAC once more; 0 is never")

  /// A plugin with its options at their defaults.
  public init() {}

  /// `macvlan`
  public var name: String { "macvlan" }
  /// One line: what it does.
  public var summary: String { "sets protodown on the macvlan of each VNI: on is standby, off is active" }
  /// What can be set.
  public var options: [any AnyPluginOption] { [interface, batch, patience, secondLook] }

  /// First: nothing leaves by an interface before it has made it active.
  public var chainPlace: ChainPlace? { .activation }

  /// Looks at privileges and at the length of the interfaces' names.
  ///
  /// - Throws: `PluginError`.
  public func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
    try validate(
      options[interface], for: configuration.vnis, needing: .networkAdministration, "to set protodown")
  }

  /// Makes the effector, on the thread it will run on.
  public func makeEffector(
    _ options: PluginOptionValues, context: EffectorContext
  ) throws -> any Effector {
    MacvlanEffector(settings(options), context)
  }

  /// What the options come to.
  func settings(_ options: PluginOptionValues) -> MacvlanEffector.Settings {
    MacvlanEffector.Settings(
      pattern: options[interface], batch: options[batch], patience: options[patience],
      secondLook: options[secondLook])
  }

  /// 200 ms where a macvlan sits on the overlay's bridge itself: there a routing daemon follows its carrier, and the
  /// fabric's other ends need that long to learn of the new owner. Over a veth the bridge would believe both.
  public func handoverOverlap(_ options: PluginOptionValues, for vnis: VNISet) -> Duration? {
    guard let connection = try? RouteConnection(), let links = try? LinkTable(connection.links()) else {
      return nil
    }
    let isDirect = vnis.contains { vni in
      guard let link = links[options[interface].name(of: vni)],
        case .direct = OverlayTopology(of: link, in: links)
      else { return false }
      return true
    }
    return isDirect ? .milliseconds(200) : .zero
  }

  /// The macvlans of these VNIs.
  public func guardedInterfaces(_ options: PluginOptionValues, for vnis: VNISet) -> GuardedInterfaces {
    options[interface].guardedInterfaces(of: vnis, kind: "macvlan")
  }

  /// Looks at the interface of each VNI and at the host's ARP settings.
  public func inspect(_ options: PluginOptionValues, for vnis: VNISet) throws -> [Finding] {
    let connection = try RouteConnection()
    let inspection = MacvlanInspection(
      pattern: options[interface], links: LinkTable(try connection.links()),
      addresses: AddressTable(try connection.addresses()))
    return inspection.findings(for: vnis) + HostSettings.findings(for: vnis)
  }
}
