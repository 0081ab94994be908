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
import WMGCommand
import WeightedRendezvous

@main
enum Main {
  static func main() {
    GatewayCommand.main(plugins: [
      UDPBroadcastPlugin(),
      RendezvousPlugin(), RendezvousMixedPlugin(), WeightedRendezvousPlugin(), BoundedRendezvousPlugin(),
      DesignatedForwarderPlugin(), MaglevPlugin(), ModuloPlugin(), StaticPlugin(), ForeignPlugin(),
      MacvlanProtodownPlugin(), GratuitousARPPlugin(), FRRHookPlugin(), ExecEffectorPlugin(),
      LogEffectorPlugin(),
    ])
  }
}
