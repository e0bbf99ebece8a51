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
    let recorder = Recorder(after: items) { [unowned self] in show($0) }
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
  func replace<Value>(by body: () throws -> Value) -> Result<Value, any Error> {
    let recorder = Recorder { [unowned self] in show($0) }
    var (items, result) = recorder.record(body)
    switch result {
    case .success(let value): items += OutputItem.result(value)
    case .failure(let error): items.append(.error(error))
    }
    show(items)
    return result
  }

  private var items: [OutputItem] { contents { current } }

  /// Shows just these items.
  func show(_ items: [OutputItem]) {
    contents { current = items }
    set(["outputs": .array(items.map(\.state))])
  }

  package override var plainText: String { items.map(\.plainText).joined(separator: "\n") }
  package override var staticHTML: String { items.map(\.html).joined() }
}

extension OutputItem {
  /// What a value shows; nothing if it is none.
  fileprivate static func result<Value>(_ value: Value) -> [OutputItem] {
    Value.self == Void.self ? [] : [.display(bundle(for: value), id: nil)]
  }

  fileprivate static func error(_ error: any Error) -> OutputItem {
    .error(name: String(describing: type(of: error)), message: CellHooks.describe(error))
  }
}
