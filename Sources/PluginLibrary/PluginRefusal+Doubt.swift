import LinuxNetworking
import WMGFramework

extension PluginRefusal {
  /// A library that may not be loaded, or is not there.
  init(path: String, _ doubt: TrustedFile.Doubt) {
    let elsewhere = "such as in /usr/local/lib/wmgwd2"
    switch doubt {
    case .missing:
      self.init(path: path, reason: doubt.description, exitCode: 66)
    case .isFolder:
      self.init(path: path, reason: "\(doubt); name the library itself")
    case .isNotAFile, .tooManyLinks:
      self.init(path: path, reason: doubt.description)
    case .ofAnotherUser:
      self.init(path: path, reason: "\(doubt); install it as root, \(elsewhere)")
    case .writableByEveryone(.folder):
      self.init(path: path, reason: "\(doubt); install it elsewhere, \(elsewhere)")
    case .writableByEveryone(let place):
      self.init(path: path, reason: "\(doubt); chmod o-w \(place.path)")
    }
  }
}
