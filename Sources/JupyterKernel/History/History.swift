import JupyterProtocol
import Synchronization

/// What was run before: written and read by a thread of its own, so that no cell waits for a disk.
///
/// Where the file cannot be used, the history is kept in memory and the log says why.
final class History: Sendable {
  private enum Job: Sendable {
    case write(HistoryChange)
    case read(HistoryRequest, Answer)
  }

  /// Where the thread puts what was asked for.
  private typealias Answer = Monitor<[HistoryReply.Entry]?>

  private struct Queue {
    var jobs: [Job] = []
    var isClosed = false
  }

  private let file: HistoryFile
  private let log: Log
  private let queue = Monitor(Queue())

  init(_ file: HistoryFile, log: Log) {
    self.file = file
    self.log = log
  }

  func start() -> KernelThread { KernelThread("history") { [self] in serve() } }

  /// Notes that a cell has begun.
  func addInput(_ code: String, line: Int) { add(.input(code), line) }

  /// Notes the text of a cell's result.
  func addOutput(_ text: String, line: Int) { add(.output(text), line) }

  /// The cells that are asked for; none once the history is closed.
  func entries(_ request: HistoryRequest) -> [HistoryReply.Entry] {
    let answer = Answer(nil)
    let isQueued = queue.withLock { queue in
      if !queue.isClosed { queue.jobs.append(.read(request, answer)) }
      return !queue.isClosed
    }
    return isQueued ? answer.wait { $0 } : []
  }

  /// Lets the thread write what waits, and end.
  func close() { queue.withLock { $0.isClosed = true } }

  private func add(_ content: HistoryChange.Content, _ line: Int) {
    queue.withLock { queue in
      guard !queue.isClosed else { return }
      queue.jobs.append(.write(HistoryChange(line: line, content: content.shortened)))
    }
  }

  // MARK: The thread

  private func serve() {
    var store = HistoryStore(file, log: log)
    while let jobs = next() {
      var changes: [HistoryChange] = []
      for job in jobs {
        switch job {
        case .write(let change): changes.append(change)
        case .read(let request, let answer):
          store.write(changes)
          changes = []
          let entries = store.entries(request)
          answer.withLock { $0 = entries }
        }
      }
      store.write(changes)
    }
    store.end()
  }

  private func next() -> [Job]? {
    queue.wait { queue -> [Job]?? in
      if queue.jobs.isEmpty { return queue.isClosed ? .some(nil) : .none }
      defer { queue.jobs = [] }
      return queue.jobs
    }
  }
}

extension HistoryChange.Content {
  /// Cut where it is longer than a history needs to remember.
  fileprivate var shortened: Self {
    switch self {
    case .input(let text): .input(Self.shortened(text))
    case .output(let text): .output(Self.shortened(text))
    }
  }

  /// How much text of a cell or its result is kept, in bytes of UTF-8.
  private static let maximumText = 1 << 20

  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > maximumText else { return text }
    return String(decoding: text.utf8.prefix(maximumText), as: UTF8.self) + "…"
  }
}
