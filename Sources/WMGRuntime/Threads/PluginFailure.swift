import WMGFramework

/// What the core is told of a plugin that cannot go on.
func pluginFailure(_ error: any Error, of plugin: String, effector: Int?) -> Event {
  if case PluginError.unusable(_, let reason, let exitCode)? = error as? PluginError {
    return .pluginFailed(effector: effector, reason: reason, exitCode: exitCode)
  }
  return .pluginFailed(effector: effector, reason: "\(plugin): \(error)", exitCode: 71)
}
