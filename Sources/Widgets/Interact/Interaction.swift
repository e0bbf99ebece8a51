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
  private var isRunning = false

  init(_ controls: [Widget], manual: Bool, _ body: @escaping () throws -> Value) {
    self.controls = controls
    self.body = body
    let button = Button("Run")
    box = VBox(controls + (manual ? [button] : []) + [output])
    if manual {
      button.onClick { self.run() }
    } else {
      for control in controls { control.whenChanged { self.run() } }
      run()
    }
  }

  /// Runs the function with the controls' values and shows what comes of it.
  ///
  /// A control that the function itself moves does not run it again.
  public func run() {
    guard !isRunning else { return }
    isRunning = true
    defer { isRunning = false }
    if let control = controls.first(where: { $0.lack != nil }), let lack = control.lack {
      result = nil
      output.show([.text("\(control.name): \(lack)")])
    } else {
      result = try? output.replace(by: body).get()
    }
  }

  /// The controls above the output.
  ///
  /// Where the front end has no widgets: the controls' values, and what the function showed.
  public var display: MIMEBundle { box.display }
}
