import ArgumentParser
import FleetChaos
import GatewayLab

/// What chaos has beside the daemons: this program once more, in a process of its own.
struct Burden: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What loads a machine or a network.", shouldDisplay: false,
    subcommands: [Processor.self, Flood.self, Links.self])

  struct Processor: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Keeps one processor busy.")

    @Option(help: "For how long.")
    var seconds: Int

    func run() { BusyProcessor.run(.seconds(seconds)) }
  }

  struct Links: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Toggles the links of a link storm, and changes their MTU.")

    @Option(help: "For how long.")
    var seconds: Int

    @Option(help: "How many pairs of links there are.")
    var pairs: Int

    @Option(help: "What the MTUs are drawn from.")
    var seed: UInt64

    func run() throws {
      var toggling = try LinkToggling(links: LinkStorm.links(pairs: pairs), seed: seed)
      toggling.run(.seconds(seconds))
    }
  }

  struct Flood: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Broadcasts forged and malformed packets to the advertisements' port over the link 'underlay'.")

    @Option(help: "For how long.")
    var seconds: Int

    @Option(help: "How many packets per second.")
    var perSecond: Int

    @Option(help: "What the packets are drawn from.")
    var seed: UInt64

    func run() throws {
      let flood = try BroadcastFlood(interface: "underlay", seed: seed)
      flood.run(.seconds(seconds), perSecond: perSecond)
    }
  }
}
