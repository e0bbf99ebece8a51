/// A value that shows itself in a notebook.
///
/// ```swift
/// struct Swatch: Displayable {
///   var display: MIMEBundle {
///     MIMEBundle(plain: "a red square", ["text/html": .text("<div style='background:red'>&nbsp;</div>")])
///   }
/// }
/// ```
public protocol Displayable {
  /// The value as a bundle of representations.
  var display: MIMEBundle { get }
}
