import CellWorker
import Display
import Glibc
import Synchronization

extension WorkerProcess {
  /// Passes on what the worker says and prints, and puts its snapshot in its place when it dies;
  /// returns at its end.
  func pump() {
    repeat { listen() } while bury()
    ([standby] + outputs).forEach { close($0) }
    noteEnd()
  }

  private func listen() {
    let channel = link.withLock { $0.channel.descriptor }
    var waiting = ([channel] + outputs).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while true {
      guard poll(&waiting, 3, -1) >= 0 else { continue }
      if waiting[0].revents != 0 {
        guard receive(channel) else { return }
      } else {
        for k in 0..<2 where waiting[k + 1].revents != 0 {
          if !drain(k, limit: Self.pieceSize) { waiting[k + 1].fd = -1 }
        }
      }
    }
  }

  /// Passes on what the worker says; `false` at its end.
  private func receive(_ channel: Int32) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = read(channel, &bytes, bytes.count)
    if count < 0 { return errno == EINTR || errno == EAGAIN }
    guard count > 0 else { return false }
    frames.append(bytes[..<count])
    while let frame = frames.next() {
      drainAll()
      guard let report = try? WorkerReport(frame: frame) else { return false }
      pass(report)
    }
    return true
  }

  private func pass(_ report: WorkerReport) {
    switch report {
    case .ready: break
    case .loaded(let address):
      librariesBeforeCell = libraries.count
      libraries.append((link.withLock { $0.library }, UInt64(truncatingIfNeeded: address)))
      unprotected.begin()
    case .unprotected(let error): if unprotected.note() { warn(error) }
    case .show(let bundle, let id): post(.display(bundle, id: id))
    case .update(let bundle, let id): post(.update(bundle, id: id))
    case .clear(let wait):
      gate.clear()
      post(.clearOutput(wait: wait))
    case .page(let bundle): post(.page(bundle))
    case .comm(let message): post(.comm(message))
    case .ask(let prompt, let isSecret):
      ask(InputRequest(prompt: prompt, isSecret: isSecret))
    case .finished, .threw, .unloadable: finish(report)
    }
    if report.wantsAcknowledgement { send(.acknowledge) }
  }

  /// The cell has ended, unless its process is being ended already: then it counts as interrupted,
  /// as what it has left is lost.
  private func finish(_ report: WorkerReport) {
    let counts = link.withLock { link in
      if !link.isKilled { link.runsCell = false }
      return !link.isKilled
    }
    guard counts else { return }
    librariesBeforeCell = libraries.count
    finishText()
    _ = mailbox.post(.report(report), last: true)
  }

  private func warn(_ error: Int) {
    let reason = String(cString: strerror(Int32(clamping: error)))
    post(
      .stream(
        .standardError,
        "This cell runs without a snapshot (\(reason)): if it crashes, all variables are lost. "
          + "This is not said again as long as it is so.\n"))
  }

  /// Passes a question on; between cells nobody waits for one, so it is refused.
  private func ask(_ request: InputRequest) {
    if !mailbox.post(.question(request)) { send(.answer(.unavailable)) }
  }

  private func post(_ event: CellEvent) {
    if !mailbox.post(.event(event)) { late(event) }
  }
}

// MARK: Text

extension WorkerProcess {
  private static let pieceSize = 1 << 17

  /// Passes on what the streams hold now; a thread that prints without end does not hold this up.
  func drainAll() {
    for k in outputs.indices {
      var held: Int32 = 0
      if ioctl(outputs[k], UInt(FIONREAD), &held) == 0, held > 0 {
        _ = drain(k, limit: Int(held))
      }
    }
  }

  /// Passes on up to `limit` bytes of a stream; `false` at its end.
  private func drain(_ k: Int, limit: Int) -> Bool {
    var bytes = [UInt8](repeating: 0, count: min(limit, Self.pieceSize))
    var left = limit
    while left > 0 {
      let count = read(outputs[k], &bytes, min(left, bytes.count))
      if count < 0 { return errno == EINTR || errno == EAGAIN }
      guard count > 0 else { return false }
      left -= count
      show(decoders[k].decode(bytes[..<count]), k)
    }
    return true
  }

  /// Passes on characters that were never completed, and the note on what was left out.
  func finishText() {
    for k in outputs.indices { show(decoders[k].finish(), k) }
    if let note = gate.takeNote() { post(.stream(.standardError, note)) }
  }

  private func show(_ text: String, _ k: Int) {
    guard !text.isEmpty else { return }
    let cell = link.withLock { $0.cells }
    if cell != gateCell {
      gateCell = cell
      gate.clear()
    }
    let shown = gate.pass(text)
    guard !shown.isEmpty else { return }
    post(.stream(k == 0 ? .standardOutput : .standardError, String(shown)))
  }
}
