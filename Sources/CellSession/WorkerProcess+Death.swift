import CCellRuntime
import CellCompiler
import CellWorker
import Glibc
import Synchronization

extension WorkerProcess {
  /// Buries the worker, and puts its snapshot in its place if the cell has to be made good.
  ///
  /// - Returns: Whether there is a worker again.
  func bury() -> Bool {
    let status = reap()
    drainAll()
    let last = link.withLock { $0 }
    close(last.channel.descriptor)
    var death = death(status, last)
    let wasRunning = last.runsCell
    if wasRunning, !last.isEnding { death.isRecovered = resurrect() }
    libraries.removeSubrange(librariesBeforeCell...)
    finishText()
    if !death.isRecovered { endSnapshot() }
    link.withLock { $0.runsCell = false }
    // Between cells there is no error that says it.
    if !wasRunning, let words = death.lastWords {
      late(.stream(.standardError, words.hasSuffix("\n") ? words : "\(words)\n"))
    }
    _ = mailbox.post(.died(death), last: true)
    return death.isRecovered
  }

  /// Ends what is left of the worker's programs, and returns its status.
  private func reap() -> Int32 {
    let process = link.withLock { link in
      link.isAlive = false
      return link.process
    }
    _ = Glibc.kill(-process, SIGKILL)
    let status = Children.waitForEnd(of: process)
    // Its children are this process's now.
    if let released = notes.released { _ = waitpid(released, nil, 0) }
    var rounds = 0
    while rounds < 100 {
      let child = waitpid(-process, nil, WNOHANG)
      if child < 0, errno != EINTR { break }
      if child == 0 {
        rounds += 1
        usleep(500)
      }
    }
    return status
  }

  private func death(_ status: Int32, _ last: Link) -> WorkerDeath {
    WorkerDeath(
      status: status, completed: notes.completed, frames: framesInCells, cause: notes.cause,
      lastWords: notes.lastWords, address: notes.address,
      wasMemoryFull: memoryKills() > last.memoryKills,
      wasKilledByUser: last.isKilled, threadsLost: notes.threadsLost,
      hasLostDispatch: notes.usesDispatch)
  }

  /// Reports the end of a worker that died before it was given its command, when nobody listened.
  func reportEarlyEnd() {
    guard !isRunning else { return }
    for _ in 0..<50 where !waitForEnd() {}
    let last = link.withLock { $0 }
    // Dropped if the pump's own report came in time.
    _ = mailbox.post(.died(death(-SIGKILL, last)), last: true)
  }

  private var framesInCells: [(library: String, offset: UInt64)] {
    let sizes = libraries.map { UInt64(clamping: CellWorker.loadedSize(ofLibrary: $0.path)) }
    return notes.frames.compactMap { counter in
      let owner = libraries.indices.first {
        counter >= libraries[$0].address && counter < libraries[$0].address + sizes[$0]
      }
      return owner.map { (libraries[$0].path, counter - libraries[$0].address) }
    }
  }

  // MARK: The snapshot

  /// Wakes the snapshot and makes it the worker.
  ///
  /// - Returns: Whether it has answered.
  private func resurrect() -> Bool {
    guard let snapshot = notes.snapshot, Children.adopt(snapshot) else { return false }
    let keepsTasks = !notes.isCrashOfOtherThread
    var ends: [Int32] = [-1, -1]
    guard cell_runtime_sockets(&ends) == 0 else { return false }
    notes.clear()
    let error = cell_runtime_send_descriptor(standby, ends[1], keepsTasks ? 1 : 0)
    close(ends[1])
    frames = FrameBuffer()
    guard error == 0, isReady(ends[0]) else {
      close(ends[0])
      _ = Glibc.kill(snapshot, SIGKILL)
      Children.waitForEnd(of: snapshot)
      return false
    }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    connect(snapshot, FrameChannel(descriptor: ends[0]))
    return true
  }

  /// Waits for the snapshot's first word.
  private func isReady(_ channel: Int32) -> Bool {
    var waiting = pollfd(fd: channel, events: Int16(POLLIN), revents: 0)
    var bytes = [UInt8](repeating: 0, count: 64)
    var result = poll(&waiting, 1, Self.timeToAwake)
    while result < 0, errno == EINTR { result = poll(&waiting, 1, Self.timeToAwake) }
    return result == 1 && read(channel, &bytes, bytes.count) > 0
  }

  private static let timeToAwake: Int32 = 5000

  private func endSnapshot() {
    guard let snapshot = notes.snapshot, Children.adopt(snapshot) else { return }
    _ = Glibc.kill(snapshot, SIGKILL)
    Children.waitForEnd(of: snapshot)
  }
}
