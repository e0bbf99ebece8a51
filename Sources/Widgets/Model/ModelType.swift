/// Which class of the front end's packages a model and its views are of.
struct ModelType: Hashable {
  /// A package of the front end, and the version whose protocol is spoken here.
  enum Package: String {
    case base = "@jupyter-widgets/base"
    case controls = "@jupyter-widgets/controls"
    case output = "@jupyter-widgets/output"

    var version: String { self == .output ? "1.0.0" : "2.0.0" }
  }

  let model: String
  let view: String
  let package: Package
  let viewPackage: Package

  /// The model `…Model` and the view `…View` of a name.
  init(_ name: String, view: String? = nil, in package: Package = .controls) {
    model = name + "Model"
    self.view = (view ?? name) + "View"
    self.package = package
    viewPackage = package
  }

  /// The style of a control.
  init(style name: String) {
    model = name + "StyleModel"
    view = "StyleView"
    package = .controls
    viewPackage = .base
  }

  /// The part of a state that names the classes.
  var state: [String: StateValue] {
    [
      "_model_name": .string(model), "_model_module": .string(package.rawValue),
      "_model_module_version": .string(package.version),
      "_view_name": .string(view), "_view_module": .string(viewPackage.rawValue),
      "_view_module_version": .string(viewPackage.version), "_view_count": .null,
    ]
  }
}
