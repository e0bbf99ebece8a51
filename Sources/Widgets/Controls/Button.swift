/// A button to click.
///
/// ```swift
/// let out = Output()
/// let go = Button("Train").onClick { try out.capture { try net.train(.joint, on: data) } }
/// VBox([go, out])
/// ```
public final class Button: Widget {
  /// How the button looks.
  public let style = WidgetStyle(.button)
  /// The text on the button.
  @Trait("description") public var description: String
  /// Whether it cannot be clicked.
  @Trait("disabled") public var disabled: Bool
  /// How much it is to be noticed.
  @Trait("button_style") public var buttonStyle: Emphasis
  /// The name of a Font Awesome icon.
  @Trait("icon") public var icon: String
  private let clicks = Lock()
  private var actions: [() throws -> Void] = []

  /// A button with a text on it.
  public init(_ description: String = "", icon: String = "", style emphasis: Emphasis = .plain) {
    super.init(
      ModelType("Button"),
      [
        "description": .string(description), "disabled": false, "icon": .string(icon),
        "button_style": emphasis.state, "style": style.reference,
      ])
  }

  /// Calls a function at every click.
  ///
  /// What the function prints goes where the front end shows what belongs to no cell; capture it in
  /// an ``Output`` to see it in the notebook.
  ///
  /// - Returns: The button.
  @discardableResult
  public func onClick(_ action: @escaping () throws -> Void) -> Button {
    clicks { actions.append(action) }
    return self
  }

  /// Does what a click does.
  public func click() throws {
    for action in clicks({ actions }) { try action() }
  }

  override var parts: [WidgetModel] { [layout, style] }

  override func takeCustom(_ content: StateValue) throws {
    if content["event"]?.text == "click" { try click() }
  }

  package override var plainText: String { "[\(description)]" }
  package override var staticHTML: String { Markup.row("", Markup.field(description)) }
}
