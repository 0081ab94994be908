import ArgumentParser
import WMGFramework

/// `wmgwd2 lab`: shows a fleet at work on this machine.
struct Lab: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "wmgwd2 lab",
    abstract: "Watch gateways share overlays, lose one and go on, in network namespaces on this machine.")

  func run(with registry: PluginRegistry) throws -> Int32 { 0 }
}
