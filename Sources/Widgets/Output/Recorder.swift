import Display
import Glibc

/// Keeps what a function shows and prints, in its order.
final class Recorder: DisplaySink, @unchecked Sendable {
  /// How long a function may run before its output is shown while it goes on, in milliseconds.
  private static let patience = 200

  private let outer: any DisplaySink
  private let lock = Lock()
  private let printed = PrintedText()
  private let whileRunning: ([OutputItem]) -> Void
  /// Is told what there is so far, now and then if a function takes long, from another thread; and
  /// where displays go beside the record.
  var whenLong: (([OutputItem], any DisplaySink) -> Void)?
  private var items: [OutputItem]
  private var clearsAtNext = false
  private var lastShown = now()

  /// Records what follows after earlier items.
  ///
  /// - Parameter whileRunning: Shows what there is so far; called now and then, if it takes long.
  init(after items: [OutputItem] = [], whileRunning: @escaping ([OutputItem]) -> Void) {
    self.items = items
    self.whileRunning = whileRunning
    outer = DisplayOutput.sink
  }

  /// Runs a function and returns what it showed and printed, and what came of it.
  func record<Value>(_ body: () throws -> Value) -> (items: [OutputItem], Result<Value, any Error>)
  {
    DisplayOutput.sink = self
    let ticker = whenLong.map { whenLong in
      Ticker(milliseconds: Self.patience) { [unowned self] in whenLong(soFar, outer) }
    }
    let result = Result { try body() }
    ticker?.end()
    DisplayOutput.sink = outer
    return lock {
      add(text: printed?.end() ?? "")
      return (items, result)
    }
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  private var soFar: [OutputItem] {
    lock {
      add(text: printed?.take() ?? "")
      return items
    }
  }

  // MARK: What is recorded

  func show(_ bundle: MIMEBundle, id: String?) { change { add(.display(bundle, id: id)) } }

  func update(_ bundle: MIMEBundle, id: String) {
    let isKnown = lock {
      let places = items.indices.filter {
        if case .display(_, id) = items[$0] { true } else { false }
      }
      for k in places { items[k] = .display(bundle, id: id) }
      return !places.isEmpty
    }
    if isKnown { change {} } else { outer.update(bundle, id: id) }
  }

  func clear(wait: Bool) {
    change {
      if wait { clearsAtNext = true } else { items = [] }
    }
  }

  private func change(_ body: () -> Void) {
    let due: [OutputItem]? = lock {
      add(text: printed?.take() ?? "")
      body()
      guard Self.now() - lastShown > Self.patience else { return nil }
      lastShown = Self.now()
      return items
    }
    if let due { whileRunning(due) }
  }

  private func add(text: String) {
    guard !text.isEmpty else { return }
    if !clearsAtNext, case .text(let earlier) = items.last {
      items[items.count - 1] = .text(earlier + text)
    } else {
      add(.text(text))
    }
  }

  private func add(_ item: OutputItem) {
    if clearsAtNext { items = [] }
    clearsAtNext = false
    items.append(item)
  }

  // MARK: What is passed on

  func page(_ bundle: MIMEBundle) { outer.page(bundle) }
  func send(_ message: CommMessage) { outer.send(message) }

  func ask(_ prompt: String, isSecret: Bool) throws -> String {
    try outer.ask(prompt, isSecret: isSecret)
  }
}
