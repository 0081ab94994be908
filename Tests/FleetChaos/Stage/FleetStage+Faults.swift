import GatewayLab
import Glibc
import LinuxNetworking
package import WMGFramework
import WMGFrameworkTesting

// What each fault is, done.
extension FleetStage {
  /// Begins a fault.
  ///
  /// - Parameter number: its number in the step.
  package func begin(_ planned: PlannedFault, number: Int) throws {
    switch planned.fault {
    case .crash(let gateway): killDaemon(gateway)
    case .powerLoss(let gateway):
      killDaemon(gateway)
      try network.cutAll(of: gateway)
    case .pause(let gateway), .overrun(let gateway, _, _): network.gateways[gateway].daemon?.pause()
    case .stop(let gateway), .leave(let gateway), .badLog(let gateway, _): terminateDaemon(gateway)
    case .join(let gateway): try startDaemon(gateway)
    case .underlayCut(let gateway): try network.cut(.underlay, of: gateway)
    case .overlayCut(let gateway): try network.cut(.transport, of: gateway)
    case .loss(let loss): try PacketLoss.begin(loss, in: network)
    case .parentFlap(let gateway, let places): try setParents(places, at: gateway, up: false)
    case .recreation(let gateway, let places, _):
      try network.deleteInterfaces(of: vnis(places), at: gateway)
    case .protodown(let gateway, let places, let on):
      try network.setProtodown(on, of: vnis(places), at: gateway)
    case .hogs(let count, let arePinned): try beginHogs(count, arePinned, planned, number)
    case .linkStorm(let gateway, let pairs): try beginStorm(gateway, pairs, planned, number)
    case .flood(let perSecond):
      helpers[number] = [
        try burden(
          ["flood", "--per-second", "\(perSecond)", "--seed", "\(burdenSeeds.next())"], planned,
          namespace: network.switchNamespace)
      ]
      try floods.begin(number)
    case .reload(let gateway): network.gateways[gateway].daemon?.send(SIGHUP)
    }
  }

  /// Undoes a fault.
  ///
  /// - Returns: when that was begun: a daemon that stops by itself is waited for first.
  package func end(_ planned: PlannedFault, number: Int, began: MonotonicInstant) throws -> MonotonicInstant {
    var undone = BootTimeClock.now
    switch planned.fault {
    case .crash(let gateway):
      try startDaemon(gateway)
      noteSilence(of: gateway, from: began, to: BootTimeClock.now)
    case .powerLoss(let gateway):
      try network.reboot(gateway)
      try settle(.underlay, of: gateway)
      noteMachineOff(gateway, from: began, to: BootTimeClock.now)
      noteSilence(of: gateway, from: began, to: BootTimeClock.now)
      try startDaemon(gateway)
    case .pause(let gateway), .overrun(let gateway, _, _):
      network.gateways[gateway].daemon?.resume()
      noteSilence(of: gateway, from: began, to: BootTimeClock.now)
    case .stop(let gateway):
      awaitStop(gateway)
      undone = BootTimeClock.now
      try startDaemon(gateway)
    case .badLog(let gateway, let trouble):
      awaitStop(gateway)
      undone = BootTimeClock.now
      try startDaemon(gateway, trouble: trouble)
    case .leave(let gateway):
      awaitStop(gateway)
      undone = BootTimeClock.now
    case .underlayCut(let gateway):
      try network.restore(.underlay, of: gateway)
      try settle(.underlay, of: gateway)
    case .overlayCut(let gateway):
      try network.restore(.transport, of: gateway)
      try settle(.transport, of: gateway)
      if options.topology == .light { try settle([], at: gateway) }
      noteSilence(of: gateway, from: began, to: BootTimeClock.now)
    case .loss: try PacketLoss.end(in: network)
    case .parentFlap(let gateway, let places):
      try setParents(places, at: gateway, up: true)
      try settle(places, at: gateway)
    case .recreation(let gateway, let places, let standby):
      try network.recreateInterfaces(of: vnis(places), at: gateway, standby: standby)
    case .linkStorm(let gateway, _):
      for child in helpers.removeValue(forKey: number) ?? [] { endGroup(child) }
      try LinkStorm.remove(from: network.gateways[gateway].namespace)
    case .hogs: for child in helpers.removeValue(forKey: number) ?? [] { endGroup(child) }
    case .flood:
      try floods.end(number)
      for child in helpers.removeValue(forKey: number) ?? [] { endGroup(child) }
    case .join, .protodown, .reload: break
    }
    return undone
  }

  /// What waits for a daemon in its netlink sockets.
  func netlinkQueues(of gateway: Int) -> [NetlinkQueue] {
    network.gateways[gateway].daemon.map { NetlinkQueue.all(of: $0.pid) } ?? []
  }

  /// Sets protodown by somebody else's hand.
  func setProtodown(_ on: Bool, places: [Int], at gateway: Int) throws {
    try network.setProtodown(on, of: vnis(places), at: gateway)
  }

  private func vnis(_ places: [Int]) -> [VNI] { places.map { network.plan.vnis[$0] } }

  /// Looks at a gateway's link, which makes the kernel settle its carrier now.
  private func settle(_ link: LabLink, of gateway: Int) throws {
    try IPCommand.run(["link show dev \(link.rawValue)"], in: network.gateways[gateway].namespace)
  }

  /// Gives the kernel the second that it takes to tell a stacked interface that its lower device is back. It tells a
  /// hundred of them each second, of all namespaces together: looking at those that remain makes it tell them now.
  private func settle(_ places: [Int], at gateway: Int) throws {
    usleep(1_000_000)
    var names: [String]
    switch options.topology {
    case .direct: names = vnis(places).map { "br\($0)" }
    case .veth: names = vnis(places).flatMap { ["veth\($0)", "parent\($0)"] }
    case .light: names = [LabLink.transport.rawValue]
    }
    // In a light lab all of them have one.
    let above = options.topology == .light ? network.plan.vnis : vnis(places)
    names += above.map { "vrrp4-\($0)" }
    try IPCommand.run(names.map { "link show dev \($0)" }, in: network.gateways[gateway].namespace)
  }

  private func setParents(_ places: [Int], at gateway: Int, up: Bool) throws {
    // In a light lab all of them have one.
    guard options.topology != .light else {
      try network.setParent(of: network.plan.vnis[0], at: gateway, up: up)
      return
    }
    let device = options.topology == .direct ? "br" : "veth"
    let lines = vnis(places).map { "link set \(device)\($0) \(up ? "up" : "down")" }
    try IPCommand.run(lines, in: network.gateways[gateway].namespace)
  }

  private func beginHogs(_ count: Int, _ arePinned: Bool, _ planned: PlannedFault, _ number: Int) throws {
    let processors = Int(sysconf(CInt(_SC_NPROCESSORS_ONLN)))
    for hog in 0..<count {
      let place = arePinned ? ["taskset", "-c", "\(hog % processors)"] : []
      helpers[number, default: []].append(try burden(["processor"], planned, through: place))
    }
  }

  private func beginStorm(_ gateway: Int, _ pairs: Int, _ planned: PlannedFault, _ number: Int) throws {
    let namespace = network.gateways[gateway].namespace
    try LinkStorm.make(pairs: pairs, in: namespace)
    let arguments = ["links", "--pairs", "\(pairs)", "--seed", "\(burdenSeeds.next())"]
    helpers[number] = [try burden(arguments, planned, namespace: namespace)]
  }

  /// This program as a burden, which ends by itself not long after it should have been ended.
  private func burden(
    _ arguments: [String], _ planned: PlannedFault, namespace: String? = nil, through wrapper: [String] = []
  ) throws -> ChildProcess {
    let limit = planned.length.nanoseconds / 1_000_000_000 + 25
    let words = wrapper + [ownProgram, "burden"] + arguments + ["--seconds", "\(limit)"]
    return try ChildProcess("/usr/bin/env", words, namespace: namespace)
  }
}
