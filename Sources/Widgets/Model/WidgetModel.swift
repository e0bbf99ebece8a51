import Display

/// A state that a cell shares with the front end: of a widget, of its layout or of its style.
///
/// The two ends keep it the same by messages over a comm; see the Jupyter widget messaging protocol
/// 2.1. The front end learns of a model when it is first shown.
public class WidgetModel {
  /// The name of the model, and of its comm.
  public let id: String
  let type: ModelType
  private let lock = Lock()
  private var state: [String: StateValue]
  private var observers: [(key: String, body: () throws -> Void)] = []
  private var isOpen = false

  init(_ type: ModelType, _ state: [String: StateValue]) {
    id = Self.newID()
    self.type = type
    self.state = type.state.merging(state) { _, own in own }
  }

  private static func newID() -> String {
    (0..<4).map { _ in
      let digits = String(UInt32.random(in: 0...UInt32.max), radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// How other models' states refer to this one.
  final var reference: StateValue { .string("IPY_MODEL_" + id) }

  /// The models that the state refers to: the front end has to know them first.
  var parts: [WidgetModel] { [] }

  /// Checks, and corrects if need be, what the front end wants the state to hold.
  ///
  /// - Throws: ``WidgetError`` where it cannot be had.
  func validated(_ value: StateValue, for key: String) throws(WidgetError) -> StateValue {
    throw .fixed(model: name, key: key)
  }

  /// Takes a message that the front end's view has sent beside the state.
  func takeCustom(_ content: StateValue) throws {}

  /// The model's name for a sentence.
  var name: String { String(describing: Swift.type(of: self)) }

  // MARK: State

  /// What stands under a key.
  final func held(_ key: String) -> StateValue { lock { state[key] ?? .null } }

  final func trait<Value: TraitValue>(_ key: String) -> Value {
    let held = held(key)
    guard let value = Value(state: held) else {
      preconditionFailure("\(name) holds \(held.kind) as \"\(key)\", not a \(Value.self).")
    }
    return value
  }

  /// The whole state.
  package final var fullState: [String: StateValue] { lock { state } }

  /// Changes the state, tells the front end, and calls those who watch.
  ///
  /// An error that is thrown there is printed to standard error.
  final func set(_ changes: [String: StateValue]) {
    let changed = store(changes)
    guard !changed.isEmpty else { return }
    if lock({ isOpen }) {
      for part in parts { part.open() }
      sendUpdate(changed)
    }
    do { try notify(changed) } catch {
      printToStandardError("\(name): \(CellHooks.describe(error))")
    }
  }

  /// Calls a function after every change of a part of the state.
  final func observe(_ key: String, _ body: @escaping () throws -> Void) {
    lock { observers.append((key, body)) }
  }

  /// Stores what differs, and returns that.
  private func store(_ changes: [String: StateValue]) -> [String: StateValue] {
    lock {
      let changed = changes.filter { state[$0.key] != $0.value }
      state.merge(changed) { _, new in new }
      return changed
    }
  }

  private func notify(_ changed: [String: StateValue]) throws {
    for observer in lock({ observers }) where changed[observer.key] != nil { try observer.body() }
  }

  // MARK: The comm

  /// Makes the front end know the model, with what it refers to.
  final func open() {
    guard lock({ !isOpen }) else { return }
    for part in parts { part.open() }
    lock { isOpen = true }
    WidgetRegistry.add(self)
    let data: StateValue = ["state": .object(fullState), "buffer_paths": []]
    send(.open(target: WidgetRegistry.target), data, metadata: #"{"version":"2.1.0"}"#)
  }

  /// Takes the widget's views away from the front end, and forgets it.
  public final func close() {
    guard lock({ isOpen }) else { return }
    closed()
    send(.close, [:])
  }

  /// The front end has closed the comm.
  final func closed() {
    lock { isOpen = false }
    WidgetRegistry.remove(self)
  }

  /// Sends a message of one's own to the views.
  final func sendUpdate(_ state: [String: StateValue], method: String = "update") {
    send(.message, ["method": .string(method), "state": .object(state), "buffer_paths": []])
  }

  private func send(_ kind: CommMessage.Kind, _ data: StateValue, metadata: String = "{}") {
    let message = CommMessage(kind, id: id, data: data.serialized, metadata: metadata)
    DisplayOutput.sink.send(message)
  }

  // MARK: Messages from the front end

  /// Follows a message.
  ///
  /// - Throws: ``WidgetError``, and what the functions throw that watch the state.
  final func receive(_ data: StateValue) throws {
    switch data["method"]?.text {
    case "update":
      if case .object(let changes) = data["state"] { try take(changes) }
    case "request_state": sendUpdate(fullState)
    case "custom": try takeCustom(data["content"] ?? .null)
    case let method: throw WidgetError.unknownMethod(model: name, method: method ?? "")
    }
  }

  /// Takes what a view has changed: tells all views, then says where it had to be corrected.
  private func take(_ wanted: [String: StateValue]) throws {
    if WidgetRegistry.echoes { sendUpdate(wanted, method: "echo_update") }
    var accepted: [String: StateValue] = [:]
    var refusal: WidgetError?
    for (key, value) in wanted {
      do { accepted[key] = try validated(value, for: key) } catch { refusal = error }
    }
    let corrected = wanted.keys.filter { accepted[$0]?.asSent != wanted[$0]?.asSent }
    let changed = store(accepted)
    if !corrected.isEmpty {
      sendUpdate(fullState.filter { corrected.contains($0.key) })
    }
    try notify(changed)
    if let refusal { throw refusal }
  }
}
