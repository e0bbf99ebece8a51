import Display
import Synchronization
import Testing
import Widgets

/// A front end that only listens.
final class FrontEnd: DisplaySink {
  private let received = Mutex<[CommMessage]>([])
  private let shown = Mutex<[MIMEBundle]>([])

  var messages: [CommMessage] { received.withLock { $0 } }
  var displays: [MIMEBundle] { shown.withLock { $0 } }

  func show(_ bundle: MIMEBundle, id: String?) { shown.withLock { $0.append(bundle) } }
  func update(_ bundle: MIMEBundle, id: String) { shown.withLock { $0.append(bundle) } }
  func clear(wait: Bool) {}
  func send(_ message: CommMessage) { received.withLock { $0.append(message) } }

  /// Forgets what it was told.
  func forget() { received.withLock { $0 = [] } }

  /// The data of the messages over a model's comm.
  func data(for model: WidgetModel) -> [StateValue] {
    messages.filter { $0.id == model.id }.compactMap { StateValue(parsing: $0.data) }
  }

  /// The messages' methods and states, as JSON.
  func updates(of model: WidgetModel) -> [String] {
    data(for: model).map { "\($0["method"]?.text ?? "?") \($0["state"]?.serialized ?? "?")" }
  }

  /// Does what a view does when its user changes a value.
  func change(_ model: WidgetModel, _ state: StateValue) throws {
    let data: StateValue = ["method": "update", "state": state, "buffer_paths": []]
    try send(data, to: model.id)
  }

  /// Sends data over a comm.
  func send(_ data: StateValue, to id: String) throws {
    #expect(try WidgetRegistry.receive(CommMessage(.message, id: id, data: data.serialized)))
  }

  /// Listens while a test runs.
  static func listening<Value>(_ body: (FrontEnd) throws -> Value) rethrows -> Value {
    let frontEnd = FrontEnd()
    let before = DisplayOutput.sink
    DisplayOutput.sink = frontEnd
    defer { DisplayOutput.sink = before }
    return try body(frontEnd)
  }
}

/// All suites that listen to the process's one display output: one test at a time.
@Suite(.serialized) enum WidgetTests {}
