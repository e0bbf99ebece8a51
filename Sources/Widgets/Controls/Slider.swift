/// What sliders have in common.
public class Slider<Value: TraitValue & Sendable>: ScalarControl<Value> {
  /// Whether the value changes while the user drags, not only at the end.
  @Trait("continuous_update") public var continuousUpdate: Bool
  /// Along which direction the handle moves.
  @Trait("orientation") public var orientation: Orientation
  /// Whether the value stands beside the slider.
  @Trait("readout") public var readout: Bool
  /// How it stands there, in the terms of d3-format: `"d"`, `".2f"`, `".1%"`.
  @Trait("readout_format") public var readoutFormat: String

  init(
    _ name: String, _ description: String, format: String, continuous: Bool,
    _ state: [String: StateValue]
  ) {
    let common: [String: StateValue] = [
      "behavior": "drag-tap", "continuous_update": .bool(continuous), "orientation": "horizontal",
      "readout": true, "readout_format": .string(format),
    ]
    super.init(
      ModelType(name), style: .slider, description, common.merging(state) { _, own in own })
  }

  /// The filled part of the track, its ends as shares of the length.
  var filled: (start: Double, end: Double) { (0, 0) }

  package override var staticHTML: String {
    Markup.row(
      description, Markup.track(from: filled.start, to: filled.end, height: 4), text(of: value))
  }
}
