import WMGFramework

/// The owner of each VNI, by the strategy's full pass.
func owners(_ strategy: some AssignmentStrategy, _ vnis: [VNI], _ gateways: [GatewayID]) -> [UInt64] {
  var indices = [UInt16](repeating: .max, count: vnis.count)
  var span = indices.mutableSpan
  strategy.assign(vnis.span, to: gateways.span, owners: &span)
  return indices.map { gateways[Int($0)].rawValue }
}

/// The score of one pair.
func score(_ strategy: some ScoringStrategy, _ vni: UInt32, _ uid: UInt64) -> UInt64 {
  var scores: [UInt64] = [0]
  var span = scores.mutableSpan
  strategy.score([VNI(rawValue: vni)!].span, uids([uid]).span, into: &span)
  return scores[0]
}

func uids(_ numbers: some Sequence<UInt64>) -> [GatewayID] {
  numbers.map { GatewayID(rawValue: $0)! }.sorted()
}

/// VNIs from 1 on.
func vnis(_ count: UInt32) -> [VNI] {
  Array(VNISet(VNI.min...VNI(rawValue: count)!))
}

/// What a plugin makes of settings as they stand on a command line.
func strategy(_ plugin: some StrategyPlugin, _ settings: [(name: String, text: String)] = []) throws
  -> any AssignmentStrategy
{
  let configuration = GatewayConfiguration(uid: uids([1])[0], vnis: VNISet())
  return try plugin.makeStrategy(PluginOptionValues(decoding: settings, for: plugin), for: configuration)
}

/// What a plugin says that gateways must agree on.
func agreement(_ plugin: some StrategyPlugin, _ settings: [(name: String, text: String)] = []) throws
  -> String
{
  try plugin.agreement(PluginOptionValues(decoding: settings, for: plugin))
}

/// The complaint about one setting.
func complaint(_ plugin: some StrategyPlugin, _ name: String, _ text: String) -> String? {
  do throws(PluginError) {
    _ = try PluginOptionValues(decoding: [(name, text)], for: plugin)
    return nil
  } catch {
    return error.description
  }
}
