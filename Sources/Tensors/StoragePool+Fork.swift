import Glibc

// A process that forks, as one does that keeps snapshots of itself, shares its memory with its copy
// until either writes. Free blocks hold nothing worth sharing: the copy gets them empty, so that
// this process does not pay for a copy of each page when it uses them again.
extension StoragePool {
  /// Blocks below this are not worth a call of the system.
  private static let smallestWiped = 256 << 10

  static func prepareForForks() {
    pthread_atfork(
      { StoragePool.shared.beginFork() }, { StoragePool.shared.endFork() },
      { StoragePool.shared.endFork() })
  }

  /// Takes the lock, so that the copy finds the pool whole.
  private func beginFork() {
    state.lock()
    Self.advise(state.held, MADV_WIPEONFORK)
  }

  /// The flag is inherited, so it is taken back on both sides.
  private func endFork() {
    Self.advise(state.held, MADV_KEEPONFORK)
    state.unlock()
  }

  private static func advise(_ state: State, _ advice: Int32) {
    let page = sysconf(Int32(_SC_PAGESIZE))
    for (capacity, blocks) in state.free where capacity * 4 >= smallestWiped {
      for block in blocks {
        let start = (Int(bitPattern: block) + page - 1) / page * page
        let end = (Int(bitPattern: block) + capacity * 4) / page * page
        madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, advice)
      }
    }
  }
}
