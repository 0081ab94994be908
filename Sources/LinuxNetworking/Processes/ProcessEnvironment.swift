import Glibc

/// What programs are given for an environment, beginning with ours.
public enum ProcessEnvironment {
  /// This process's variables, each as `NAME=value`.
  public static var inherited: [String] {
    var variables: [String] = []
    var next = environ
    while let entry = next.pointee {
      variables.append(String(cString: entry))
      next += 1
    }
    return variables
  }

  /// The same, but with one variable of this value.
  public static func inherited(setting name: String, to value: String) -> [String] {
    inherited.filter { !$0.hasPrefix("\(name)=") } + ["\(name)=\(value)"]
  }
}
