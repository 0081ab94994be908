import CLinux
import Glibc
import LinuxNetworking
import Testing

@Suite struct ProcessMemoryTests {
  private func spend(_ count: Int) throws {
    try LoopThread(name: "spender") { _ in
      let pieces = (0..<count).map { _ in malloc(1024) }
      for piece in pieces.reversed() { free(piece) }
    }.join()
  }

  @Test("what a thread has freed goes back to the kernel, whatever large blocks were freed before")
  func freedMemory() throws {
    wmg_keep_little_freed_memory()
    // By this the allocator would learn to keep 32 MB of each thread's.
    free(malloc(16 << 20))
    // What the runtime allocates for good when this is done first would lie on top of the rest.
    try spend(10)
    let before = wmg_heap_size()
    try spend(16_384)
    #expect(wmg_heap_size() < before + (4 << 20))
  }
}
