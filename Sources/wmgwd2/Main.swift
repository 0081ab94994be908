import FRRHook
import ForeignHashing
import GratuitousARP
import LogEffector
import MacvlanProtodown
import RendezvousHashing
import UDPBroadcast
import WMGCommand

@main
enum Main {
  static func main() {
    GatewayCommand.main(plugins: [
      UDPBroadcastPlugin(),
      RendezvousPlugin(), RendezvousMixedPlugin(), ForeignPlugin(),
      MacvlanProtodownPlugin(), GratuitousARPPlugin(), FRRHookPlugin(), LogEffectorPlugin(),
    ])
  }
}
