import Glibc
import Synchronization

/// Whether ThreadSanitizer sees what there is to see: `mutex_probe locked` has no race, `mutex_probe unlocked` has one.
@main enum MutexProbe {
  private final class Numbers: @unchecked Sendable {
    let lock = Mutex(())
    var numbers: [Int] = []
    let isLocking = CommandLine.arguments.last == "locked"

    func add() {
      for number in 0..<20_000 {
        if isLocking { lock.withLock { _ in append(number) } } else if number == 0 { numbers = [number] }
      }
    }

    private func append(_ number: Int) { numbers = numbers.count < 100 ? numbers + [number] : [] }
  }

  static func main() {
    let shared = Unmanaged.passRetained(Numbers()).toOpaque()
    let threads = (0..<8).map { _ in
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { numbers in
          if let numbers { Unmanaged<Numbers>.fromOpaque(numbers).takeUnretainedValue().add() }
          return nil
        }, shared)
      return thread
    }
    for thread in threads { pthread_join(thread, nil) }
  }
}
