import Display

/// An area that shows what functions display and print, wherever they are called.
///
/// ```swift
/// let out = Output()
/// display(out)
/// try out.capture { print("in the area, not below the cell") }
/// ```
public final class Output: Widget {
  private let contents = Lock()
  private var current: [OutputItem] = []
  private var isRunning = false

  /// An empty area.
  public init() {
    super.init(ModelType("Output", in: .output), ["msg_id": "", "outputs": []])
  }

  /// Runs a function; what it displays and prints to standard output is added to the area.
  ///
  /// If it runs long, its displays are shown while it goes on.
  ///
  /// - Returns: What the function returns.
  /// - Throws: What the function throws.
  @discardableResult
  public func capture<Value>(_ body: () throws -> Value) throws -> Value {
    let recorder = Recorder(after: items, whileRunning: { [unowned self] in show($0) })
    let (items, result) = recorder.record(body)
    show(items)
    return try result.get()
  }

  /// Adds a value to the area.
  public func append(_ value: Any) { show(items + [.display(bundle(for: value), id: nil)]) }

  /// Empties the area.
  public func clear() { show([]) }

  /// Runs a function and puts what it displays, prints, returns and throws in the place of what the
  /// area showed.
  ///
  /// - Parameter early: Is called if the function takes long, from another thread, to show the area
  ///   by the sink that it is given. From then on the area follows what is shown and printed, with
  ///   a note that there is more to come.
  func replace<Value>(
    early: ((any DisplaySink) -> Void)? = nil, by body: () throws -> Value
  ) -> Result<Value, any Error> {
    let recorder = Recorder(whileRunning: { [unowned self] in show($0) })
    if let early {
      recorder.whenLong = { [unowned self] items, sink in follow(items, sink, early) }
    }
    var (items, result) = recorder.record(body)
    contents { isRunning = false }
    switch result {
    case .success(let value): items += OutputItem.result(value)
    case .failure(let error): items.append(.error(error))
    }
    show(items)
    return result
  }

  private func follow(
    _ items: [OutputItem], _ sink: any DisplaySink, _ early: (any DisplaySink) -> Void
  ) {
    let isFirst = contents {
      defer { isRunning = true }
      return !isRunning
    }
    if isFirst || items != self.items { show(items) }
    if isFirst { early(sink) }
  }

  private var items: [OutputItem] { contents { current } }

  /// The items, and that there are more to come.
  private var shown: [OutputItem] { contents { current + (isRunning ? [.running] : []) } }

  /// Shows just these items.
  func show(_ items: [OutputItem]) {
    // One thread after the other: the last to store is the last to send.
    contents {
      current = items
      set(["outputs": .array(shown.map(\.state))])
    }
  }

  package override var plainText: String { shown.map(\.plainText).joined(separator: "\n") }
  package override var staticHTML: String { shown.map(\.html).joined() }
}

extension OutputItem {
  /// What a value shows; nothing if it is none.
  fileprivate static func result<Value>(_ value: Value) -> [OutputItem] {
    Value.self == Void.self ? [] : [.display(bundle(for: value), id: nil)]
  }

  /// Says that a function has not ended.
  fileprivate static let running = OutputItem.display(
    MIMEBundle(plain: "running …", ["text/html": .text("<em>running …</em>")]), id: nil)

  fileprivate static func error(_ error: any Error) -> OutputItem {
    .error(name: String(describing: type(of: error)), message: CellHooks.describe(error))
  }
}
