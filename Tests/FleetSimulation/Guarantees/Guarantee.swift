/// Something that holds in every run, with its bound in terms of I, D, T and the named margins.
///
/// docs/GUARANTEES.md derives each of them.
public struct Guarantee: Hashable, Sendable {
  /// What reports call it.
  public let name: String
  /// Its bound, as it is written: `D + 50 ms + T + I`.
  public let formula: String

  /// After the last fault every VNI has one owner again.
  public static let recovery = Guarantee("one owner after the last fault", "D + T + max(2·I, claim delay)")
  /// An orderly stop leaves no VNI without an owner.
  public static let orderlyStop = Guarantee("no VNI without an owner at an orderly stop", "0")
  /// Every moment without an owner has a cause of those that are named.
  public static let noOwnerless = Guarantee("a VNI without an owner only for a named cause", "its bound")
  /// Every moment with two owners has a cause of those that are named.
  public static let noDouble = Guarantee("two owners only in named windows", "their bounds")
  /// Nothing changes owner unless somebody's view changes.
  public static let noIdleChange = Guarantee("no change of owner without a change of view", "0")
  /// After a pause nothing is given up before somebody is heard.
  public static let holdsUntilHeard = Guarantee(
    "a gateway that was away holds on until it hears somebody", "0")
  /// A gateway that is not active holds nothing.
  public static let holdsNothingBefore = Guarantee("nothing is held before a gateway is active", "0")
  /// Memory is bounded, whatever is heard.
  public static let memory = Guarantee(
    "memory bounded", "peer limit + 16 per VNI and effector + 64; at most two packets per speaker waiting")
  /// The last announcement of a VNI is its owner's.
  public static let lastWord = Guarantee("the last announcement is the owner's", "at rest")
  /// A guard never works against a gateway that is at work itself.
  public static let guardKeepsOff = Guarantee("no guard acts while its gateway runs", "0")
  /// No process ends in good order with an interface up.
  public static let standbyAtExit = Guarantee("everything standby at an orderly exit", "0")

  init(_ name: String, _ formula: String) {
    self.name = name
    self.formula = formula
  }
}
