/// What a discovery has published since the core last looked: at most two advertisements per speaker, whatever was heard.
package struct DiscoveryNews: Sendable {
  private var connection: DiscoveryEvent?
  private var lapsed: DiscoveryEvent?
  /// All of them, because a gap between two is what betrays a pause; the lease bounds how many there can be.
  private var advertised: [DiscoveryEvent] = []
  private var drained: DiscoveryEvent?
  private var heard: [HeardAdvertisement] = []
  private var places: [Speaker: (first: Int, latest: Int)] = [:]
  /// How many advertisements were dropped because too many different gateways spoke between two looks.
  package private(set) var dropped = 0

  /// One uid from two addresses is two speakers: that is how a duplicate uid shows.
  private struct Speaker: Hashable {
    var uid: GatewayID
    var source: IPv4Address
  }

  /// How many speakers there is room for.
  package static let speakerLimit = 4096
  private static let advertisedLimit = 256

  /// Nothing yet.
  package init() {}

  /// How many things wait.
  package var count: Int { heard.count + advertised.count }

  /// Takes in what was published.
  package mutating func add(_ event: DiscoveryEvent) {
    switch event {
    case .heard(let advertisement): add(advertisement)
    case .drained: drained = event
    case .advertised:
      advertised.append(event)
      if advertised.count > Self.advertisedLimit { advertised.removeFirst() }
    case .lapsed: lapsed = event
    case .isolated, .connected: connection = event
    }
  }

  // The first and the latest say all that matters: since when, and until when.
  private mutating func add(_ advertisement: HeardAdvertisement) {
    let speaker = Speaker(uid: advertisement.advertisement.gateway, source: advertisement.source)
    if let place = places[speaker] {
      if place.first == place.latest {
        places[speaker] = (place.first, heard.count)
        heard.append(advertisement)
      } else {
        heard[place.latest] = advertisement
      }
    } else if places.count < Self.speakerLimit {
      places[speaker] = (heard.count, heard.count)
      heard.append(advertisement)
    } else {
      dropped += 1
    }
  }

  /// The events for the core: first what changes how the rest is understood.
  package var events: [Event] {
    (advertised + [connection, lapsed].compactMap { $0 }).map(Event.discovery)
      + heard.map { .discovery(.heard($0)) } + [drained].compactMap { $0.map(Event.discovery) }
  }
}
