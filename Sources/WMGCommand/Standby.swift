import ArgumentParser
import FoundationEssentials
import LinuxNetworking
import WMGFramework
import WMGRuntime

/// `wmgwd2 standby`: makes everything standby that a gateway has left active, by hand.
struct Standby: ConfiguredCommand {
  static var configuration: CommandConfiguration {
    let program = GatewayProgram.current.name
    return CommandConfiguration(
      commandName: "\(program) standby",
      abstract: "Make the interfaces of a gateway standby that has died, as its guard would.",
      discussion: """
        Sets protodown on the interface of each VNI and has bridges behind a veth forget the MACs. Takes the daemon's \
        options and configuration, so that it knows the interfaces.

        Where a guard is on duty for one of them, it is left to that: the guard knows whether peers have taken over. \
        --now does not wait for it. What a running gateway serves is not touched.

        Exits with 0 when everything is standby or is left to a guard, with 66 when there is no such interface, with 71 \
        when the kernel refuses, with 75 while the gateway runs, or may run because a guard does not answer.
        """)
  }

  @Flag(help: "Do not leave anything to a guard, and do not care whether peers have taken over.") var now =
    false
  @OptionGroup(title: "Configuration") var file: ConfigurationOption
  @OptionGroup(title: "Gateway") var gateway: GatewayOptions
  @OptionGroup(title: "Plugins") var plugins: PluginChoice
  // So that a unit can give it the daemon's options.
  @OptionGroup(visibility: .hidden) var guarding: GuardOptions
  @OptionGroup(visibility: .hidden) var running: RunningOptions
  @OptionGroup(visibility: .hidden) var privileges: PrivilegeOptions

  func run(with settings: EffectiveSettings) throws -> Int32 {
    let configuration = try gateway.configuration()
    let plugins = try plugins.resolve(in: settings.registry, keeping: settings.pluginSettings)
    let interfaces = plugins.guardedInterfaces(for: configuration.vnis)
    guard !interfaces.isEmpty else {
      let names = plugins.effectors.map(\.plugin.name).joined(separator: ",")
      throw UsageError("--effector \(names): none of these has interfaces that could be made standby")
    }
    guard Capability.networkAdministration.isEffective else {
      throw UsageError(
        "to set protodown takes CAP_NET_ADMIN; run it as root", exitCode: UsageError.noPermission)
    }
    let plan = GuardPlan(interfaces, configuration)
    if let code = try settle(with: now ? GuardsOnDuty.retire(for: plan) : GuardsOnDuty.ask(about: plan)) {
      return code
    }
    try refuseWhileServed(configuration.vnis)
    let result = try InterfaceStandby.make(plan)
    guard result.named > 0 || result.failed == 0 else {
      throw UsageError(
        "the kernel does not tell which interfaces there are: \(result.reason ?? "unknown")",
        exitCode: UsageError.osError)
    }
    guard result.named > 0 else {
      throw UsageError(
        "no interface of VNIs \(configuration.vnis) is here; see --vnis and --set macvlan.interface",
        exitCode: UsageError.noInput)
    }
    print(
      "\(result.switched) of \(result.named) interfaces made standby, \(result.named - result.switched - result.failed) were already"
        + (result.forgotten > 0 ? "; bridges forgot \(result.forgotten) MACs" : ""))
    guard result.failed == 0 else {
      throw UsageError(
        "\(result.failed) interfaces cannot be made standby: \(result.reason ?? "unknown")",
        exitCode: UsageError.osError)
    }
    return 0
  }

  /// A gateway without a guard may run, too. One that hangs gives no answer, and is what this command is for.
  private func refuseWhileServed(_ vnis: VNISet) throws(UsageError) {
    guard let connection = try? ControlConnection(to: running.controlSocket),
      let answer = connection.ask("status"),
      let status = try? JSONDecoder().decode(GatewayStatus.self, from: Data(answer))
    else { return }
    let served = status.vnis.count { VNI(rawValue: $0.vni).map(vnis.contains) ?? false }
    guard served == 0 else {
      throw UsageError(
        "the gateway at \(running.controlSocket) runs, has \(served) of these VNIs and would take them back; stop it with SIGTERM",
        exitCode: UsageError.temporary)
    }
  }

  /// Says what guards do; an exit code where that is all there is to do.
  private func settle(with guards: [GuardsOnDuty.Answer]) throws(UsageError) -> Int32? {
    for guardian in guards {
      switch guardian.verdict {
      case .gatewayRuns:
        throw UsageError(
          "the gateway with pid \(guardian.gateway) runs and would take them back; stop it with SIGTERM, or with SIGKILL if it hangs",
          exitCode: UsageError.temporary)
      case .willAct(let wait):
        print(
          "left to the guard with pid \(guardian.pid), which acts in \(wait.nanoseconds / 1_000_000) ms; --now does not wait"
        )
      case .leavesAlone:
        print(
          "left active by the guard with pid \(guardian.pid): its gateway was alone, so nobody else serves; --now does not care"
        )
      case .retired(let standby, let failed):
        print(
          "the guard with pid \(guardian.pid) has retired: \(standby) interfaces made standby, \(failed) not")
      case .silent where !now:
        throw UsageError(
          "the guard with pid \(guardian.pid) does not answer, so its gateway may run; if it does not, --now",
          exitCode: UsageError.temporary)
      case .silent(let isEnded):
        print(
          "the guard with pid \(guardian.pid) does not answer"
            + (isEnded ? " and has been ended" : ""))
      }
    }
    let isLeft = guards.contains { guardian in
      switch guardian.verdict {
      case .willAct, .leavesAlone: true
      case .gatewayRuns, .retired, .silent: false
      }
    }
    return isLeft ? 0 : nil
  }
}
