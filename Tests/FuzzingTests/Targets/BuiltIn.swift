import BoundedRendezvous
import EVPNDesignatedForwarder
import ExecEffector
import FRRHook
import ForeignHashing
import GratuitousARP
import LogEffector
import MacvlanProtodown
import MaglevHashing
import ModuloAssignment
import RendezvousHashing
import StaticAssignment
import UDPBroadcast
import WMGFramework
import WeightedRendezvous

/// The built-in plugins.
enum BuiltIn {
  static let plugins: [any Plugin] = [
    UDPBroadcastPlugin(),
    RendezvousPlugin(), RendezvousMixedPlugin(), WeightedRendezvousPlugin(), BoundedRendezvousPlugin(),
    DesignatedForwarderPlugin(), MaglevPlugin(), ModuloPlugin(), StaticPlugin(), ForeignPlugin(),
    MacvlanProtodownPlugin(), GratuitousARPPlugin(), FRRHookPlugin(), ExecEffectorPlugin(),
    LogEffectorPlugin(),
  ]

  static let registry: PluginRegistry = {
    do { return try PluginRegistry(plugins) } catch { fatalError("\(error)") }
  }()

  /// All their options, in an order that stays.
  static let options: [any AnyPluginOption] = plugins.flatMap(\.options)
}
