import Glibc
import LinuxNetworking
public import WMGFramework

/// `--discovery udp-broadcast`: the older Go daemon's protocol, 8 bytes to a broadcast address.
public struct UDPBroadcastPlugin: DiscoveryPlugin {
  let address = PluginOption(
    "address", default: IPv4Address(rawValue: 0x0A00_01FF),
    limits: "a broadcast address", help: "broadcast address to advertise to and to listen on"
  ) { value in
    switch value.rawValue >> 24 {
    case 0: "must be a broadcast address such as 10.0.1.255"
    case 224..<240: "must be a broadcast address such as 10.0.1.255; this one is multicast"
    default: nil
    }
  }
  let port = PluginOption(
    "port", default: 3000, in: 1...65_535, help: "UDP port to advertise to, from and to listen on")
  let interface = PluginOption(
    "interface", default: "",
    limits: "the name of an interface, at most 15 bytes",
    help: "interface to use; empty = the one in whose network the address is"
  ) { value in
    value.utf8.count <= 15 ? nil : "must be at most 15 bytes"
  }
  let allow = PluginOption(
    "allow", default: GatewayIDList(), help: "uids to hear; empty = any; one's own need not be in it")
  let receiveBuffer = PluginOption(
    "receive-buffer", default: 1 << 20, in: (1 << 16)...(1 << 26), unit: "bytes",
    help: "how much may wait to be read")

  /// A description; nothing is opened yet.
  public init() {}

  /// `udp-broadcast`.
  public var name: String { "udp-broadcast" }
  /// One line: what it does.
  public var summary: String { "8-byte uid by UDP broadcast, compatible with the Go daemon" }
  /// Address, port, interface, allow-list, receive buffer.
  public var options: [any AnyPluginOption] { [address, port, interface, allow, receiveBuffer] }

  /// Looks whether the options fit together. An interface or address that is not there yet is no error: it is waited
  /// for.
  ///
  /// - Throws: `PluginError.unusable` with EX_CONFIG.
  public func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
    if options[interface].isEmpty, options[address].rawValue == .max {
      throw PluginError.unusable(
        plugin: name,
        reason: "--set udp-broadcast.address=255.255.255.255 is every network's; name one with "
          + "--set udp-broadcast.interface=NAME",
        exitCode: EX_CONFIG)
    }
    let allowed = options[allow].gateways
    if !allowed.isEmpty, allowed == [configuration.uid] {
      throw PluginError.unusable(
        plugin: name,
        reason: "--set udp-broadcast.allow=\(configuration.uid) allows no peer but this gateway itself; "
          + "list the other gateways' uids",
        exitCode: EX_CONFIG)
    }
  }

  /// Makes the discovery; opens nothing yet.
  public func makeDiscovery(_ options: PluginOptionValues, context: DiscoveryContext) -> any Discovery {
    UDPBroadcastDiscovery(
      settings: UDPBroadcastSettings(
        address: options[address], port: UInt16(clamping: options[port]),
        interface: options[interface].isEmpty ? nil : options[interface],
        allowed: Set(options[allow].gateways), receiveBuffer: options[receiveBuffer]),
      context: context)
  }
}

/// The plugin's options, as the discovery uses them.
struct UDPBroadcastSettings: Sendable {
  var address: IPv4Address
  var port: UInt16
  var interface: String?
  var allowed: Set<GatewayID>
  var receiveBuffer: Int

  var destination: String { "\(address):\(port)" }
}
