package import Display
import Glibc
import Synchronization

/// The models that the front end knows, and its messages to them.
public enum WidgetRegistry {
  static let target = "jupyter.widget"
  /// Asks for all states at once, as a front end does after its page was reloaded.
  private static let controlTarget = "jupyter.widget.control"

  /// Models guard their states themselves.
  private struct Contents: @unchecked Sendable {
    var models: [String: WidgetModel] = [:]
    var controlComms: Set<String> = []
    var isConnected = false
  }

  private static let contents = Mutex(Contents())

  /// Whether views are told what one of them has changed, as front ends expect unless the
  /// environment says otherwise.
  static let echoes: Bool = {
    guard let setting = getenv("JUPYTER_WIDGETS_ECHO") else { return true }
    return !["0", "false", "no", "off"].contains(String(cString: setting).lowercased())
  }()

  /// Makes the front end's messages reach the widgets.
  ///
  /// The process that runs cells calls this once, before the first cell.
  public static func connect() {
    let isNew = contents.withLock { contents in
      defer { contents.isConnected = true }
      return !contents.isConnected
    }
    if isNew { CommInbox.receive { try receive($0) } }
  }

  static func add(_ model: WidgetModel) {
    connect()
    contents.withLock { $0.models[model.id] = model }
  }

  static func remove(_ model: WidgetModel) {
    contents.withLock { $0.models[model.id] = nil }
  }

  /// Follows a message of the front end; returns whether its comm or target is known.
  ///
  /// - Throws: ``WidgetError``, and what the cells' own functions throw.
  package static func receive(_ message: CommMessage) throws -> Bool {
    switch message.kind {
    case .open(let target):
      guard target == controlTarget else { return false }
      contents.withLock { _ = $0.controlComms.insert(message.id) }
    case .message: return try receiveData(message)
    case .close:
      let model = contents.withLock { contents in
        contents.controlComms.remove(message.id)
        return contents.models[message.id]
      }
      model?.closed()
    }
    return true
  }

  private static func receiveData(_ message: CommMessage) throws -> Bool {
    let data = StateValue(parsing: message.data) ?? .null
    let (model, isControl) = contents.withLock {
      ($0.models[message.id], $0.controlComms.contains(message.id))
    }
    if let model {
      try model.receive(data)
    } else if isControl {
      try receiveControl(data, from: message.id)
    } else {
      printToStandardError(
        "A control of this notebook has no counterpart here any more (its cell has crashed, or the "
          + "kernel was restarted): run its cell again.")
      return false
    }
    return true
  }

  private static func receiveControl(_ data: StateValue, from id: String) throws {
    guard data["method"]?.text == "request_states" else {
      throw WidgetError.unknownMethod(
        model: "all widgets", method: data["method"]?.text ?? "")
    }
    let models = contents.withLock { $0.models }
    let states = models.mapValues { model -> StateValue in
      [
        "model_name": .string(model.type.model),
        "model_module": .string(model.type.package.rawValue),
        "model_module_version": .string(model.type.package.version),
        "state": .object(model.fullState),
      ]
    }
    let reply: StateValue = [
      "method": "update_states", "states": .object(states), "buffer_paths": [],
    ]
    DisplayOutput.sink.send(CommMessage(.message, id: id, data: reply.serialized))
  }
}

/// Prints a line where it disturbs no result.
func printToStandardError(_ line: String) {
  fflush(nil)
  let text = line + "\n"
  write(STDERR_FILENO, text, text.utf8.count)
}
