public import Logging

/// Something that the shell has to do for the core, in the order given.
public enum Directive: Hashable, Sendable {
  /// Tell the discovery whether to speak.
  case advertise(Advertising)
  /// Ask the discovery to publish all that has been received.
  case drain
  /// Hand VNIs to an effector.
  case command(effector: Int, Command)
  /// Come back at this time, with `Event.deadlineReached` if nothing else has happened.
  case wakeAt(MonotonicInstant)
  /// Tell the operator.
  case log(LogEntry)
  /// Everything that can be standby is: stop all plugins and exit.
  case exit(code: Int32)

  /// Work for one effector: see the methods of `Effector`.
  public enum Command: Hashable, Sendable {
    /// All VNIs, once, before anything else.
    case prepare(epoch: UInt32)
    /// These are ours.
    case takeOver([VNI], epoch: UInt32)
    /// These will be released soon: serve on, and claim them no longer.
    case handOver([VNI])
    /// These stay here after all: `takeOver` again, under the command that was given before.
    case keep([VNI])
    /// These are not ours; `owners`, at the same positions, are those who have them now, where that is known.
    case release([VNI], to: [GatewayID?], epoch: UInt32)
    /// Announce these again.
    case refresh([VNI])
    /// These have come to the VNI set: make them standby.
    case add([VNI], epoch: UInt32)
    /// These have left the VNI set, and nobody will ask for them again.
    case forget([VNI])
    /// The releases that follow are of everything, and the last.
    case prepareToStop
  }
}

/// A line for the operator's log.
public struct LogEntry: Hashable, Sendable {
  /// How urgent it is.
  public var level: Logger.Level
  /// What happened.
  public var message: String
  /// The particulars, in the order they should be read.
  public var fields: [Field]

  /// One particular of a log line.
  public struct Field: Hashable, Sendable {
    /// Its name: `vni`, `from`.
    public var name: String
    /// Its value.
    public var value: String
  }

  /// A line.
  public init(_ level: Logger.Level, _ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    self.level = level
    self.message = message
    self.fields = fields.map { Field(name: $0.key, value: $0.value) }
  }
}
