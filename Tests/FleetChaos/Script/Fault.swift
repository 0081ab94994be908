/// One thing that can be done to a fleet. Gateways are given by their index, VNIs by their place among the fleet's.
package enum Fault: Hashable, Sendable {
  /// Which advertisements get lost.
  package enum Loss: Hashable, Sendable {
    /// This gateway hears nobody.
    case deaf(Int)
    /// Nobody hears this gateway.
    case mute(Int)
    /// One gateway does not hear one other.
    case oneWay(from: Int, to: Int)
    /// Of all advertisements of everybody this many percent.
    case random(percent: Int)
  }

  /// What is wrong with the daemon's standard error.
  package enum LogTrouble: String, Hashable, Sendable, CaseIterable {
    /// The file system has no space left.
    case fullDisk = "to a full disk"
    /// A pipe that is full, and nobody reads.
    case unreadPipe = "to a pipe that nobody reads"
  }

  /// SIGKILL; at the end it is started again.
  case crash(Int)
  /// SIGKILL with both cables pulled; at the end its machine boots.
  case powerLoss(Int)
  /// SIGSTOP; at the end SIGCONT.
  case pause(Int)
  /// SIGSTOP in a link storm until its netlink sockets have lost news, or the fault's time is over; then someone else
  /// sets protodown, of which it is not told; then SIGCONT.
  case overrun(Int, vnis: [Int], on: Bool)
  /// SIGTERM; once it has ended, and the fault's time is over, it is started again.
  case stop(Int)
  /// SIGTERM, and that is it.
  case leave(Int)
  /// One that did not run is started.
  case join(Int)
  /// SIGTERM, and started again with a log that goes nowhere; it stays so until its next start.
  case badLog(Int, LogTrouble)
  /// The cable by which it hears the others.
  case underlayCut(Int)
  /// The cable that carries its overlays.
  case overlayCut(Int)
  /// Advertisements get lost.
  case loss(Loss)
  /// The lower devices of these VNIs lose their carrier; at the end they get it back.
  case parentFlap(Int, vnis: [Int])
  /// The interfaces of these VNIs are deleted; at the end they are made anew, standby or (as by someone who knows no
  /// better) active.
  case recreation(Int, vnis: [Int], standby: Bool)
  /// Someone else sets protodown.
  case protodown(Int, vnis: [Int], on: Bool)
  /// Busy processes beside, each kept on one processor or not.
  case hogs(count: Int, arePinned: Bool)
  /// Another program makes so many pairs of links in a gateway's namespace and toggles them all the time.
  case linkStorm(Int, pairs: Int)
  /// Forged and malformed packets to the advertisements' port.
  case flood(perSecond: Int)
  /// SIGHUP.
  case reload(Int)

  /// Which gateways it is done to; all are concerned by what is done to the network or the machine.
  package var gateway: Int? {
    switch self {
    case .crash(let gateway), .powerLoss(let gateway), .pause(let gateway), .overrun(let gateway, _, _),
      .stop(let gateway), .leave(let gateway), .join(let gateway), .badLog(let gateway, _),
      .underlayCut(let gateway),
      .overlayCut(let gateway), .parentFlap(let gateway, _), .recreation(let gateway, _, _),
      .protodown(let gateway, _, _), .linkStorm(let gateway, _), .reload(let gateway),
      .loss(.deaf(let gateway)), .loss(.mute(let gateway)), .loss(.oneWay(from: let gateway, to: _)):
      gateway
    case .loss(.random), .hogs, .flood: nil
    }
  }

  /// What it is called in the table at the end.
  package var cause: String {
    switch self {
    case .crash: "SIGKILL"
    case .powerLoss: "power loss"
    case .pause: "SIGSTOP"
    case .overrun: "netlink overrun"
    case .stop, .leave: "SIGTERM"
    case .join: "join"
    case .badLog(_, let trouble): "log \(trouble.rawValue)"
    case .underlayCut: "underlay cut"
    case .overlayCut: "overlay cut"
    case .loss(.deaf): "hears nobody"
    case .loss(.mute): "heard by nobody"
    case .loss(.oneWay): "one-way link"
    case .loss(.random): "random loss"
    case .parentFlap: "parent flap"
    case .recreation(_, _, let standby): standby ? "recreated standby" : "recreated active"
    case .protodown(_, _, let on): on ? "protodown on" : "protodown off"
    case .hogs: "busy processors"
    case .linkStorm: "link storm"
    case .flood: "flood"
    case .reload: "SIGHUP"
    }
  }
}

extension Fault: CustomStringConvertible {
  package var description: String {
    let place = gateway.map { " at g\($0 + 1)" } ?? ""
    switch self {
    case .loss(.oneWay(let from, let to)): return "\(cause): g\(to + 1) does not hear g\(from + 1)"
    case .loss(.random(let percent)): return "\(cause) of \(percent) %"
    case .parentFlap(_, let vnis), .recreation(_, let vnis, _), .protodown(_, let vnis, _):
      return "\(cause)\(place), \(vnis.count) VNIs"
    case .overrun(_, let vnis, let on):
      return "\(cause)\(place), protodown \(on ? "on" : "off") meanwhile, \(vnis.count) VNIs"
    case .hogs(let count, let arePinned): return "\(cause): \(count)" + (arePinned ? ", pinned" : "")
    case .linkStorm(_, let pairs): return "\(cause)\(place): \(pairs * 2) links"
    case .flood(let perSecond): return "\(cause): \(perSecond) packets/s"
    default: return cause + place
    }
  }
}
