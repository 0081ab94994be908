import FNVStrategy
import GratuitousARP
import LogEffector
import MacvlanProtodown
import UDPBroadcast
import WMGCommand

/// A daemon of one's own: the same command line, with one plugin more.
@main
enum Main {
  static func main() {
    GatewayCommand.main(
      plugins: [
        UDPBroadcastPlugin(), FNVStrategyPlugin(), MacvlanProtodownPlugin(), GratuitousARPPlugin(),
        LogEffectorPlugin(),
      ],
      name: "fnv-gateway", version: "1.0")
  }
}
