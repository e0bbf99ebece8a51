package import JupyterProtocol

/// Something to publish, and the request that it belongs to.
package enum Output: Sendable {
  case stream(StreamOutput, parent: Header?)
  case update(UpdateDisplayData, parent: Header?)
  case other(any OutgoingContent, parent: Header?)
  /// Nothing, but what is held is sent.
  case flush
}

/// Joins outputs that may be sent as one message, and keeps their order.
///
/// Text is held for a moment and joined with the text that follows on the same stream; of several
/// updates to one display in quick succession the last is sent. Anything else sends what is held
/// before itself. Front ends cut a kernel off at a thousand messages a second.
///
/// Updates do not wait for text, nor text for updates: they change places that are there already.
package struct OutputBatch {
  /// How long text is held, in nanoseconds.
  package static let textDelay: UInt64 = 20_000_000
  /// The least time between two updates of one display, in nanoseconds.
  package static let updateInterval: UInt64 = 50_000_000
  /// How much text is held, in bytes of UTF-8.
  package static let maximumText = 512 << 10

  package init() {}

  private var text: (stream: StreamOutput, parent: Header?, due: UInt64)?
  private var updates: [(update: UpdateDisplayData, parent: Header?, due: UInt64)] = []
  /// When displays were last updated.
  private var lastUpdates: [String: UInt64] = [:]

  /// When something that is held must be sent, in nanoseconds; nil when nothing is held.
  package var deadline: UInt64? {
    (updates.map(\.due) + (text.map { [$0.due] } ?? [])).min()
  }

  /// Takes an output at time `now` and returns what is to be sent at once.
  package mutating func add(_ output: Output, now: UInt64) -> [Output] {
    switch output {
    case .stream(let stream, let parent): add(stream, parent, now)
    case .update(let update, let parent): add(update, parent, now)
    case .other: flush(now: now) + [output]
    case .flush: flush(now: now)
    }
  }

  /// Returns all that is held, to be sent at time `now`.
  package mutating func flush(now: UInt64) -> [Output] {
    takeText() + takeUpdates(due: .max, now: now)
  }

  /// Returns what must not be held longer at time `now`.
  package mutating func due(now: UInt64) -> [Output] {
    let isTextDue = text.map { $0.due <= now } ?? false
    return (isTextDue ? takeText() : []) + takeUpdates(due: now, now: now)
  }

  private mutating func takeText() -> [Output] {
    defer { text = nil }
    return text.map { [.stream($0.stream, parent: $0.parent)] } ?? []
  }

  private mutating func takeUpdates(due limit: UInt64, now: UInt64) -> [Output] {
    let ready = updates.filter { $0.due <= limit }
    guard !ready.isEmpty else { return [] }
    updates.removeAll { $0.due <= limit }
    for held in ready { lastUpdates[held.update.id] = now }
    return ready.map { .update($0.update, parent: $0.parent) }
  }

  private mutating func add(_ stream: StreamOutput, _ parent: Header?, _ now: UInt64) -> [Output] {
    if let held = text, held.stream.name == stream.name, held.parent?.id == parent?.id,
      held.stream.text.utf8.count < Self.maximumText
    {
      text?.stream.text += stream.text
      return []
    }
    let earlier = takeText()
    text = (stream, parent, now + Self.textDelay)
    return earlier
  }

  private mutating func add(
    _ update: UpdateDisplayData, _ parent: Header?, _ now: UInt64
  ) -> [Output] {
    if let index = updates.firstIndex(where: { $0.update.id == update.id }) {
      updates[index] = (update, parent, updates[index].due)
      return []
    }
    lastUpdates = lastUpdates.filter { now < $0.value + Self.updateInterval }
    guard let last = lastUpdates[update.id] else {
      lastUpdates[update.id] = now
      return [.update(update, parent: parent)]
    }
    updates.append((update, parent, last + Self.updateInterval))
    return []
  }
}
