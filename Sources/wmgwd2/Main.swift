import ExecEffector
import FRRHook
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
      RendezvousPlugin(), RendezvousMixedPlugin(),
      MacvlanProtodownPlugin(), GratuitousARPPlugin(), FRRHookPlugin(), ExecEffectorPlugin(),
      LogEffectorPlugin(),
    ])
  }
}
