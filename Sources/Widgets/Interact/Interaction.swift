public import Display

/// Controls, a function of their values, and what it shows.
///
/// The function runs at once, and again whenever the user moves a control. What it displays,
/// prints, returns and throws stands below the controls, in the place of what stood there before.
public final class Interaction<Value>: Displayable {
  /// The controls, in the order of the function's arguments.
  public let controls: [Widget]
  /// Where the function's result is shown.
  public let output = Output()
  /// What the function returned last; `nil` if it threw.
  public private(set) var result: Value?
  private let body: () throws -> Value
  private let box: VBox
  private let isManual: Bool
  private var isRunning = false

  init(_ controls: [Widget], manual: Bool, _ body: @escaping () throws -> Value) {
    self.controls = controls
    self.body = body
    isManual = manual
    let button = Button("Run")
    box = VBox(controls + (manual ? [button] : []) + [output])
    if manual {
      button.onClick { self.run() }
    } else {
      for control in controls { control.whenChanged { self.run() } }
    }
  }

  /// Runs the function with the controls' values and shows what comes of it.
  ///
  /// A control that the function itself moves does not run it again.
  public func run() { run(early: nil) }

  /// - Parameter early: Shows the controls, if the function takes long.
  private func run(early: ((any DisplaySink) -> Void)?) {
    guard !isRunning else { return }
    isRunning = true
    defer { isRunning = false }
    if let control = controls.first(where: { $0.lack != nil }), let lack = control.lack {
      result = nil
      output.show([.text("\(control.name): \(lack)")])
    } else {
      result = try? output.replace(early: early, by: body).get()
    }
  }

  /// Runs the function for the first time, unless the user is to ask for it.
  func started() -> Interaction {
    if !isManual { run() }
    return self
  }

  /// Runs the function for the first time and shows the controls and what comes of it.
  ///
  /// They are shown once it has run, so that they are complete where nothing can be moved; if it
  /// takes long, they are shown before, too.
  func show() {
    let isShown = Flag()
    if !isManual {
      run { sink in
        sink.show(self.display, id: self.box.id)
        isShown.value = true
      }
    }
    if isShown.value {
      DisplayHandle(id: box.id).update(self)
    } else {
      Display.display(self)
    }
  }

  /// The controls above the output.
  ///
  /// Where the front end has no widgets: the controls' values, and what the function showed.
  public var display: MIMEBundle { box.display }
}

/// Set by one thread and read by another, once the first is gone.
private final class Flag: @unchecked Sendable {
  var value = false
}
