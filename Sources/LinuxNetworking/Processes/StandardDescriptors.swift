import Glibc

/// Standard input, output and error of this process.
public enum StandardDescriptors {
  /// Opens /dev/null as those that are closed: what is opened next would get their numbers, and be written to by whoever
  /// complains, or handed to programs as their own. Belongs at the very start of a process.
  public static func fill() {
    while true {
      let descriptor = open("/dev/null", O_RDWR)
      guard descriptor > STDERR_FILENO else {
        if descriptor < 0 { return }
        continue
      }
      close(descriptor)
      return
    }
  }
}
