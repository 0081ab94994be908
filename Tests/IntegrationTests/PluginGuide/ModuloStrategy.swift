import WMGFramework

/// The strategy of docs/PLUGINS.md.
struct ModuloStrategy: AssignmentStrategy {
  func assign(_ vnis: Span<VNI>, to gateways: Span<GatewayID>, owners: inout MutableSpan<UInt16>) {
    for index in vnis.indices {
      owners[index] = UInt16(Int(vnis[index].rawValue) % gateways.count)
    }
  }
}

struct ModuloPlugin: StrategyPlugin {
  var name: String { "modulo" }
  var summary: String { "VNI modulo number of gateways; moves nearly everything whenever one comes or goes" }

  func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy { ModuloStrategy() }
}
