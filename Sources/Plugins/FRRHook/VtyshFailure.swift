import Glibc
import LinuxNetworking
import WMGFramework

/// Why vtysh could not do its work at all.
enum VtyshFailure: Error, Hashable {
  /// There is no such program.
  case missing(path: String)
  /// It cannot be started, for this reason.
  case notStarted(path: String, why: String)
  /// We may not speak to a daemon; the path of its socket.
  case forbidden(path: String)
  /// These daemons do not run.
  case daemonsDown([String], folder: String)
  /// It was killed after this time.
  case hung(after: Duration)
  /// It ended otherwise than it should, with this to say.
  case ended(how: String, text: String)

  /// FRR does not run: what it had advertised is withdrawn, or about to be, by its neighbours.
  var meansSilence: Bool { if case .daemonsDown = self { true } else { false } }

  /// One line, with the fix.
  var reason: String {
    switch self {
    case .missing(let path):
      "vtysh is missing at \(path); install FRR (apt install frr) or say where it is with --set frr.vtysh=PATH"
    case .notStarted(let path, let why):
      "vtysh (\(path)) cannot be started: \(why); --set frr.vtysh=PATH says which program it is"
    case .forbidden(let path):
      "FRR cannot be reached: no permission for \(path); run the gateway as root or in the group frrvty"
        + " (SupplementaryGroups=frrvty in the systemd unit)"
    case .daemonsDown(let names, let folder):
      "FRR's \(names.joined(separator: " and ")) \(names.count == 1 ? "does" : "do") not run (nobody listens in"
        + " \(folder)); enable \(names.count == 1 ? "it" : "them") in /etc/frr/daemons and 'systemctl restart frr', or"
        + " name the folder of their sockets with --set frr.vty-socket=FOLDER"
    case .hung(let patience):
      "vtysh did not answer within \(patience.optionText) and was killed: a daemon of FRR hangs or is overloaded; see"
        + " 'vtysh -c \"show thread cpu\"', or give it longer with --set frr.timeout=DURATION"
    case .ended(let how, let text):
      "vtysh failed (\(how)): \(text.isEmpty ? "it said nothing" : text)"
    }
  }

  /// What starting a program came to.
  init(_ error: SystemCallError, path: String) {
    self =
      error.code == ENOENT
      ? .missing(path: path) : .notStarted(path: path, why: SystemCallError.text(of: error.code))
  }

  /// Judges an end that is none of the expected ones.
  init(_ run: ProgramRun, patience: Duration) {
    let lines = (run.errors + "\n" + run.output).split(separator: "\n")
    // Who may not read vtysh's own file is told so at every call, whatever else is wrong.
    let text = String(lines.first { !$0.hasPrefix("% Can't open configuration file") } ?? lines.first ?? "")
    switch run.ending {
    case .timedOut: self = .hung(after: patience)
    case .exited(let code): self = .ended(how: "exit code \(code)", text: text)
    case .signalled(let signal): self = .ended(how: "signal \(signal)", text: text)
    case .unknown: self = .ended(how: "an unknown status", text: text)
    }
  }
}
